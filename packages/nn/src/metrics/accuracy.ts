import type { Shape, Tensor } from "@unfoldjs/tensor-core";
import { guesses, type LabelOptions } from "./labels.ts";

/**
 * The share of examples whose largest logit is that of their class.
 * @param logits (batch, classes), or with more axes before the classes   @param labels (batch), i32 classes
 * @param options `ignoreIndex`: a label of examples that do not count
 * @returns 0 … 1; NaN if no example counts
 * @throws ShapeError unless there is one label for each row of logits; IndexError for a label that is no class; DTypeError
 */
export function accuracy(logits: Tensor, labels: Tensor<Shape, "i32">, options: LabelOptions = {}): number {
  const all = guesses("accuracy", logits, labels, options);
  return all.filter(({ label, guess }) => label === guess).length / all.length;
}
