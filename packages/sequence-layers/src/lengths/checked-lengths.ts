import {
  assertTensor,
  type DType,
  DTypeError,
  IndexError,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";

/**
 * The lengths of a padded batch as numbers; all of `time` where none are given.
 * @throws ShapeError unless there is one for each item, DTypeError unless they are i32, IndexError on one outside of 0…time
 */
export function checkedLengths(
  op: string,
  lengths: Tensor<Shape, "i32"> | undefined,
  batch: number,
  time: number,
): ArrayLike<number> {
  if (lengths === undefined) return new Int32Array(batch).fill(time);
  assertTensor(op, "lengths", lengths);
  const { shape, dtype }: Tensor<Shape, DType> = lengths;
  if (dtype !== "i32") throw new DTypeError(op, { lengths: shape, dtype }, "lengths must be i32", 'lengths.to("i32")');
  if (shape.length !== 1 || shape[0] !== batch)
    throw new ShapeError(op, { lengths: shape, batch: [batch] }, `lengths must be [${batch}]: one for each item`);
  const values = lengths.data();
  const item = values.findIndex((length) => length < 0 || length > time);
  if (item === -1) return values;
  const came = { lengths: shape, item, length: values[item] };
  throw new IndexError(op, came, `lengths must be in 0…${time}, the time steps`);
}

/** @throws ValueError unless x is a tensor, ShapeError unless it has axes of batch and time */
export function assertPadded(op: string, x: unknown): void {
  assertTensor(op, "x", x);
  if (x.rank < 2) throw new ShapeError(op, { x: x.shape }, "x must be (batch, time, …)");
}
