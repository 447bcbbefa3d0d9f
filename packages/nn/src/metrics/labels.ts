import {
  argmax,
  assertTensor,
  DTypeError,
  IndexError,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";

/** What was, and what it was taken for. */
export interface Guess {
  readonly label: number;
  readonly guess: number;
}

export interface LabelOptions {
  /** A label that marks examples to leave out, such as −100. None unless said. */
  readonly ignoreIndex?: number | undefined;
}

/**
 * The class of each example's largest logit beside its label, without the examples that are left out.
 * @param logits (…, classes), f32   @param labels (…), i32
 * @throws ShapeError unless there is one label for each row of logits: nothing is broadcast; DTypeError; IndexError for a
 * label that is no class
 */
export function guesses(op: string, logits: Tensor, labels: Tensor<Shape, "i32">, options: LabelOptions): Guess[] {
  assertTensor(op, "logits", logits);
  assertTensor(op, "labels", labels);
  const classes = logits.shape.at(-1);
  const rows = logits.shape.slice(0, -1);
  if (classes === undefined || rows.join() !== labels.shape.join()) {
    throw new ShapeError(
      op,
      { logits: logits.shape, labels: labels.shape },
      "needs one label for each row of logits: (batch, classes) and (batch)",
      labels.shape.at(-1) === 1 ? "labels.squeeze(-1)" : undefined,
    );
  }
  // From JavaScript, or from a file, anything may come.
  const { dtype }: { readonly dtype: string } = labels;
  if (dtype !== "i32")
    throw new DTypeError(op, { labels: labels.shape, dtype }, "labels must be i32", 'labels.to("i32")');
  const found = labels.size === 0 || classes === 0 ? [] : scope(() => argmax(logits, -1).data());
  return Array.from(labels.data(), (label, row): Guess => ({ label, guess: found[row] ?? 0 })).filter(
    ({ label }, row) => {
      if (label === options.ignoreIndex) return false;
      if (label >= 0 && label < classes) return true;
      throw new IndexError(
        op,
        { row, label, classes },
        classes === 0 ? "there are no classes" : `labels must be in 0…${classes - 1}`,
        "pass ignoreIndex for examples to leave out",
      );
    },
  );
}
