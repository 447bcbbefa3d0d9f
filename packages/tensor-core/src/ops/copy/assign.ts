import { DTypeError, ShapeError } from "../../errors/index.ts";
import { copyElements } from "./copy.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Writes the elements of `source` over those of `target`. The one way, beside optimisers and running statistics, in
 * which a tensor's values change; a gradient that still needs the old ones will refuse to be taken.
 * @throws ShapeError if `source` does not broadcast to `target`, or `target` is an expanded view
 */
export function assign<D extends DType>(target: Tensor<Shape, D>, source: Tensor<Shape, D>): void {
  target.assertLive("assign");
  source.assertLive("assign");
  assertWritable("assign", target);
  if (target.dtype !== source.dtype) {
    throw new DTypeError(
      "assign",
      { target: target.dtype, source: source.dtype },
      "dtypes must be equal",
      `source.to("${target.dtype}")`,
    );
  }
  const missing = target.rank - source.rank;
  if (missing < 0 || !source.shape.every((size, own) => size === 1 || size === target.shape[own + missing])) {
    throw new ShapeError(
      "assign",
      { target: target.shape, source: source.shape },
      "the source must broadcast to the target",
    );
  }
  if (source.storage === target.storage) {
    const apart = source.clone();
    copyElements(apart, target);
    apart.dispose();
  } else copyElements(source, target);
  target.storage.written("assign");
}

/** @throws ShapeError if several elements of the tensor share one place in memory */
export function assertWritable(op: string, target: Tensor<Shape, DType>): void {
  const stretched = target.shape.findIndex((size, axis) => size > 1 && target.strides[axis] === 0);
  if (stretched < 0) return;
  throw new ShapeError(
    op,
    { shape: target.shape, strides: target.strides },
    `axis ${stretched} is expanded: all its elements are one place in memory`,
    "write to a clone()",
  );
}
