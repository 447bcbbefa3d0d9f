import { ShapeError } from "../errors/index.ts";
import { assertBool } from "../dispatch/dtypes.ts";
import { indexSelect } from "../ops/gather/index-select.ts";
import { nonZero } from "../ops/gather/non-zero.ts";
import { expand, reshape, slice, squeeze } from "../ops/view/view.ts";
import { broadcastShapes } from "../shape/axes.ts";
import { sizeOf } from "../shape/layout.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";

/**
 * The elements of `x` where the mask holds, in row-major order; both broadcast. The gradient goes back to where they stood.
 * As PyTorch's `torch.masked_select`.
 *
 * @param mask bool @returns (count), as many as the mask has true elements
 * @throws ShapeError if the shapes do not broadcast, DTypeError unless the mask is bool
 * @example maskedSelect(x, x.greater(0)) // the positive elements
 */
export function maskedSelect<D extends DType>(x: Tensor<Shape, D>, mask: Tensor<Shape, "bool">): Tensor<[number], D> {
  assertTensor("maskedSelect", "x", x);
  assertTensor("maskedSelect", "mask", mask);
  assertBool("maskedSelect", mask);
  const shape = broadcastShapes("maskedSelect", { x: x.shape, mask: mask.shape });
  return composed("maskedSelect", () => selectAxes(expand(x, shape), 0, expand(mask, shape))) as Tensor<[number], D>;
}

/**
 * Elements of the axes from `axis` on that a mask over them lets through: one axis in their place.
 * @throws ShapeError unless the mask has the sizes of these axes
 */
export function selectAxes<D extends DType>(
  x: Tensor<Shape, D>,
  axis: number,
  mask: Tensor<Shape, "bool">,
): Tensor<Shape, D> {
  assertMask(x, axis, mask);
  const size = sizeOf(mask.shape);
  const places = reshape(nonZero(reshape(mask, [size])), [-1]);
  const around = [x.shape.slice(0, axis), x.shape.slice(axis + mask.rank)] as const;
  return indexSelect(reshape(x, [...around[0], size, ...around[1]]), axis, places);
}

/** Where a mask over the axes from `axis` on holds: a list of positions for each of them. @throws ShapeError as `selectAxes` */
export function placesOf(
  x: Tensor<Shape, DType>,
  axis: number,
  mask: Tensor<Shape, "bool">,
): { readonly axis: number; readonly index: Tensor<Shape, "i32"> }[] {
  assertMask(x, axis, mask);
  const places = nonZero(mask);
  return mask.shape.map((_, at) => ({ axis: axis + at, index: squeeze(slice(places, 1, at, at + 1), 1) }));
}

function assertMask(x: Tensor<Shape, DType>, axis: number, mask: Tensor<Shape, "bool">): void {
  const masked = x.shape.slice(axis, axis + mask.rank);
  if (masked.length !== mask.rank || masked.some((size, at) => size !== mask.shape[at])) {
    throw new ShapeError(
      "at",
      { x: x.shape, axis, mask: mask.shape },
      `the mask must have the sizes of the axes that it stands for, [${masked.join(", ")}]`,
    );
  }
}
