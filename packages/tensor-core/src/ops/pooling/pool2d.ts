import { apply } from "../../dispatch/dispatch.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import type { Pair, Pooled } from "../../types/spatial.ts";
import { type AvgAttributes, avgAttributesOf, avgPoolOps } from "./average.ts";
import { maxPoolOps } from "./maximum.ts";
import { adaptiveWindows, type AvgPoolOptions, type MaxPoolOptions, maxWindows } from "./windows.ts";
import { assertShape, assertRecord } from "../../arguments/checks.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { composed } from "../../tensor/scope.ts";
import { unbatched } from "../convolution/unbatched.ts";
import { squeeze, unsqueeze } from "../view/view.ts";
import { inCall } from "../../errors/in-call.ts";

/**
 * The largest value in each window: y[n, c, i, j] = max over u, v of x[n, c, i·stride + u·dilation, j·stride + v·dilation]. NaN
 * if any is. The gradient goes to the first of equal maxima, as in PyTorch.
 *
 * @param x (batch, channels, height, width), or (channels, height, width): then the result has no batch axis either
 * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1, with
 * `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the image is empty, ValueError on options, DTypeError unless x is f32
 */
export function maxPool2d<X extends Shape>(x: Tensor<X>, options: MaxPoolOptions): Tensor<Pooled<X>> {
  if (x?.rank === 3) return unbatched("maxPool2d", x, maxPool2d, options) as Tensor<Pooled<X>>;
  return apply(maxPoolOps.maxPool2d, { x }, { windows: maxWindows("maxPool2d", 2, options, x?.shape) }).y as Tensor<
    Pooled<X>
  >;
}

/** As `maxPool2d`, and where each maximum stood in its plane: row · width + column, i32; −1 of a window wholly in padding. */
export function maxPool2dWithIndices<X extends Shape>(
  x: Tensor<X>,
  options: MaxPoolOptions,
): { readonly y: Tensor<Pooled<X>>; readonly indices: Tensor<Pooled<X>, "i32"> } {
  if (x?.rank === 3) {
    assertTensor("maxPool2dWithIndices", "x", x);
    const image: Tensor<Shape> = x;
    return composed("maxPool2dWithIndices", () => {
      const { y, indices } = maxPool2dWithIndices(unsqueeze(image, 0), options);
      return { y: squeeze(y, 0) as Tensor<Pooled<X>>, indices: squeeze(indices, 0) as Tensor<Pooled<X>, "i32"> };
    });
  }
  const attributes = { windows: maxWindows("maxPool2dWithIndices", 2, options, x?.shape) };
  const { y, indices } = inCall("maxPool2dWithIndices", () =>
    apply(maxPoolOps.maxPool2d, { x }, attributes, ["indices"]),
  );
  return { y: y as Tensor<Pooled<X>>, indices: indices as Tensor<Pooled<X>, "i32"> };
}

/**
 * The largest values of as many windows as give an image of `outputSize`, whatever the input's size. Window i of n over a
 * length L goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉.
 *
 * @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; both without the
 * batch axis as well
 * @throws ShapeError if the image is empty, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveMaxPool2d<X extends Shape>(x: Tensor<X>, outputSize: Pair): Tensor<Pooled<X>> {
  if (x?.rank === 3) return unbatched("adaptiveMaxPool2d", x, adaptiveMaxPool2d, outputSize) as Tensor<Pooled<X>>;
  const attributes = { windows: adaptiveWindows("adaptiveMaxPool2d", 2, outputSize) };
  return inCall("adaptiveMaxPool2d", () => apply(maxPoolOps.maxPool2d, { x }, attributes).y) as Tensor<Pooled<X>>;
}

/**
 * The gradient of a maximum pooling for the gradient `dy` of its result: `dy` added at the places that `indices` name, 0
 * elsewhere. Linear in `dy`.
 *
 * @param dy (batch, channels, rows, columns) @param indices of the same shape: row · width + column in the input's plane, −1 for none
 * @param inputShape (batch, channels, height, width)
 * @throws ShapeError if shapes do not fit, IndexError if a place is outside the plane, DTypeError
 */
export function maxPool2dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  indices: Tensor<Shape, "i32">,
  inputShape: X,
): Tensor<X> {
  assertShape("maxPool2dGradient", "inputShape", inputShape);
  return apply(maxPoolOps.maxPool2dGradient, { dy, indices }, { inputShape }) as Tensor<X>;
}

/**
 * The elements of each plane of `x` at the places that `indices` name: what `maxPool2dGradient` is the gradient of.
 *
 * @param x (batch, channels, height, width) @param indices (batch, channels, rows, columns), row · width + column each
 * @returns the shape of `indices`
 * @throws ShapeError if batch or channels differ, IndexError if a place is outside the plane, DTypeError
 */
export function maxPool2dGather<I extends Shape>(x: Tensor<Shape>, indices: Tensor<I, "i32">): Tensor<I> {
  return apply(maxPoolOps.maxPool2dGather, { x, indices }, undefined) as Tensor<I>;
}

/**
 * The mean of each window: y[n, c, i, j] = mean over u, v of x[n, c, i·stride + u, j·stride + v].
 *
 * @param x (batch, channels, height, width), or (channels, height, width): then the result has no batch axis either
 * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − kernel) / stride⌋ + 1, with `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the image is empty, ValueError on options, DTypeError unless x is f32
 */
export function avgPool2d<X extends Shape>(x: Tensor<X>, options: AvgPoolOptions): Tensor<Pooled<X>> {
  if (x?.rank === 3) return unbatched("avgPool2d", x, avgPool2d, options) as Tensor<Pooled<X>>;
  return apply(avgPoolOps.avgPool2d, { x }, avgAttributesOf("avgPool2d", 2, options, x?.shape)) as Tensor<Pooled<X>>;
}

/**
 * The means of as many windows as give an image of `outputSize`, whatever the input's size; windows as for
 * `adaptiveMaxPool2d`. With 1 it is the mean of each plane.
 *
 * @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; both without the
 * batch axis as well
 * @throws ShapeError if the image is empty, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveAvgPool2d<X extends Shape>(x: Tensor<X>, outputSize: Pair): Tensor<Pooled<X>> {
  if (x?.rank === 3) return unbatched("adaptiveAvgPool2d", x, adaptiveAvgPool2d, outputSize) as Tensor<Pooled<X>>;
  const attributes = { windows: adaptiveWindows("adaptiveAvgPool2d", 2, outputSize), divisor: 0 };
  return inCall("adaptiveAvgPool2d", () => apply(avgPoolOps.avgPool2d, { x }, attributes)) as Tensor<Pooled<X>>;
}

/** The gradient of an average pooling for the gradient `dy` of its result: each shared among its window. Linear in `dy`. */
export function avgPool2dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  inputShape: X,
  attributes: AvgAttributes,
): Tensor<X> {
  assertShape("avgPool2dGradient", "inputShape", inputShape);
  return apply(avgPoolOps.avgPool2dGradient, { dy }, { ...attributes, inputShape }) as Tensor<X>;
}

/** What `avgPool2dGradient` is the gradient of: the average pooling as its op record has it. */
export function avgPool2dOver(x: Tensor<Shape>, attributes: AvgAttributes): Tensor {
  assertRecord("avgPool2dOver", "attributes", attributes);
  const { windows, divisor } = attributes;
  return inCall("avgPool2dOver", () => apply(avgPoolOps.avgPool2d, { x }, { windows, divisor })) as Tensor;
}
