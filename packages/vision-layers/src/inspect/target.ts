import {
  assertFunction,
  assertWhole,
  fromArray,
  gather,
  type Check,
  IndexError,
  isTensor,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

/**
 * What of a model's result is explained: a class for all examples, or one for each; or a function that gives one number for each
 * example, (batch), or a single one for all of them.
 */
export type Target = number | readonly number[] | Tensor<Shape, "i32"> | ((output: Tensor) => Tensor);

const EXPECTED = "a class, one for each example, or a function of the model's result";

/** @throws ValueError unless it may be a target; how it fits the model's result is seen later */
export const aTarget: Check = (op, name, value) => {
  if (typeof value === "function") assertFunction(op, name, value);
  else if (typeof value === "number") assertWhole(op, name, value);
  else if (Array.isArray(value)) for (const each of value as unknown[]) assertWhole(op, name, each);
  else if (!isTensor(value)) throw wrongArgument(op, name, value, EXPECTED);
  else if ((value.dtype as string) !== "i32" || value.rank !== 1) {
    const given = { [name]: value.shape, dtype: value.dtype };
    throw new ValueError(
      op,
      given,
      "classes as a tensor are i32, (batch)",
      "pass numbers, or labels as they are for crossEntropy",
    );
  }
};

/** Classes that `target` names, one for each example; undefined where it is a function. */
export function classesOf(op: string, target: Exclude<Target, Function>, batch: number): readonly number[] {
  const classes =
    typeof target === "number" ? Array<number>(batch).fill(target) : isTensor(target) ? [...target.data()] : target;
  if (classes.length === batch) return classes;
  throw new ShapeError(
    op,
    { target: classes.length, batch },
    "there must be one class for each example, or one for all",
  );
}

/**
 * One number for each example, or a single one.
 * @param output what the model gave, (batch, classes) where the target is one @throws ShapeError, IndexError, ValueError
 */
export function scoresOf(op: string, output: Tensor, target: readonly number[] | ((output: Tensor) => Tensor)): Tensor {
  if (typeof target === "function") {
    const scores: unknown = target(output);
    if (!isTensor(scores)) throw wrongArgument(op, "target", scores, "a function that gives a tensor");
    if (scores.rank === 0 || (scores.rank === 1 && scores.shape[0] === output.shape[0])) return scores as Tensor;
    const rule = "a target must give one number for each example, (batch), or a single one";
    throw new ShapeError(
      op,
      { output: output.shape, target: scores.shape },
      rule,
      "sum over the other axes: (y) => y.sum([1, 2])",
    );
  }
  assertLogits(op, output, target.length);
  const classes = output.shape[1] ?? 0;
  const outside = target.find((each) => each < 0 || each >= classes);
  if (outside !== undefined) {
    throw new IndexError(op, { target: outside, output: output.shape }, `there are ${classes} classes, counted from 0`);
  }
  const index = fromArray(Int32Array.from(target), [target.length, 1]);
  return gather(output, 1, index).reshape([target.length]);
}

/** The class of each example that the model takes for the likeliest. */
export function likeliest(op: string, output: Tensor, batch: number): readonly number[] {
  assertLogits(op, output, batch);
  return [...output.argmax(1).data()];
}

function assertLogits(op: string, output: Tensor, batch: number): void {
  if (output.rank === 2 && output.shape[0] === batch) return;
  throw new ShapeError(
    op,
    { output: output.shape, batch },
    "classes are those of a result (batch, classes)",
    'say what is explained by a function: { target: (y) => y.at(":", 3).sum([1, 2]) }',
  );
}
