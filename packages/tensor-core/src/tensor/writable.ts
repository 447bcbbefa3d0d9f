import { ShapeError } from "../errors/index.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { Tensor } from "./tensor.ts";

/** @throws ShapeError if several elements of the tensor share one place in memory */
export function assertWritable(op: string, target: Tensor<Shape, DType>): void {
  // Beside an axis of size 0 row-major strides are 0 too.
  if (target.size === 0) return;
  const stretched = target.shape.findIndex((size, axis) => size > 1 && target.strides[axis] === 0);
  if (stretched < 0) return;
  throw new ShapeError(
    op,
    { shape: target.shape, strides: target.strides },
    `axis ${stretched} is expanded: all its elements are one place in memory`,
    "write to a clone()",
  );
}
