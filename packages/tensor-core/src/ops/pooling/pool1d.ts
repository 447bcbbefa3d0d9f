import { apply } from "../../dispatch/dispatch.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import type { PerAxis, Pooled } from "../../types/spatial.ts";
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
 * The largest value in each window: y[n, c, i] = max over u of x[n, c, i·stride + u·dilation]. NaN if any is. The gradient goes
 * to the first of equal maxima, as in PyTorch.
 *
 * @param x (batch, channels, length), or (channels, length): then the result has no batch axis either
 * @returns (batch, channels, ⌊(length + left + right − dilation · (kernel − 1) − 1) / stride⌋ + 1), with `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the length is 0, ValueError on options, DTypeError unless x is f32
 */
export function maxPool1d<X extends Shape>(x: Tensor<X>, options: MaxPoolOptions<1>): Tensor<Pooled<X, 1>> {
  if (x?.rank === 2) return unbatched("maxPool1d", x, maxPool1d, options) as Tensor<Pooled<X, 1>>;
  const attributes = { windows: maxWindows("maxPool1d", 1, options, x?.shape) };
  return apply(maxPoolOps.maxPool1d, { x }, attributes).y as Tensor<Pooled<X, 1>>;
}

/** As `maxPool1d`, and where each maximum stood along its length, i32; −1 of a window wholly in padding. */
export function maxPool1dWithIndices<X extends Shape>(
  x: Tensor<X>,
  options: MaxPoolOptions<1>,
): { readonly y: Tensor<Pooled<X, 1>>; readonly indices: Tensor<Pooled<X, 1>, "i32"> } {
  if (x?.rank === 2) {
    assertTensor("maxPool1dWithIndices", "x", x);
    const image: Tensor<Shape> = x;
    return composed("maxPool1dWithIndices", () => {
      const { y, indices } = maxPool1dWithIndices(unsqueeze(image, 0), options);
      return { y: squeeze(y, 0) as Tensor<Pooled<X, 1>>, indices: squeeze(indices, 0) as Tensor<Pooled<X, 1>, "i32"> };
    });
  }
  const attributes = { windows: maxWindows("maxPool1dWithIndices", 1, options, x?.shape) };
  const { y, indices } = inCall("maxPool1dWithIndices", () =>
    apply(maxPoolOps.maxPool1d, { x }, attributes, ["indices"]),
  );
  return { y: y as Tensor<Pooled<X, 1>>, indices: indices as Tensor<Pooled<X, 1>, "i32"> };
}

/**
 * The largest values of `outputSize` windows, whatever the input's length. Window i of n over a length L goes from ⌊i·L/n⌋ to
 * ⌈(i+1)·L/n⌉.
 *
 * @param x (batch, channels, length) @returns (batch, channels, outputSize); both without the batch axis as well
 * @throws ShapeError if the length is 0, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveMaxPool1d<X extends Shape>(x: Tensor<X>, outputSize: PerAxis<1>): Tensor<Pooled<X, 1>> {
  if (x?.rank === 2) return unbatched("adaptiveMaxPool1d", x, adaptiveMaxPool1d, outputSize) as Tensor<Pooled<X, 1>>;
  const attributes = { windows: adaptiveWindows("adaptiveMaxPool1d", 1, outputSize) };
  return inCall("adaptiveMaxPool1d", () => apply(maxPoolOps.maxPool1d, { x }, attributes).y) as Tensor<Pooled<X, 1>>;
}

/**
 * The gradient of a maximum pooling for the gradient `dy` of its result: `dy` added at the places that `indices` name, 0
 * elsewhere. Linear in `dy`.
 *
 * @param dy (batch, channels, outputs) @param indices of the same shape: places along the input, −1 for none
 * @param inputShape (batch, channels, length)
 * @throws ShapeError if shapes do not fit, IndexError if a place is outside the input, DTypeError
 */
export function maxPool1dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  indices: Tensor<Shape, "i32">,
  inputShape: X,
): Tensor<X> {
  assertShape("maxPool1dGradient", "inputShape", inputShape);
  return apply(maxPoolOps.maxPool1dGradient, { dy, indices }, { inputShape }) as Tensor<X>;
}

/**
 * The elements of `x` at the places that `indices` name: what `maxPool1dGradient` is the gradient of.
 *
 * @param x (batch, channels, length) @param indices (batch, channels, outputs) @returns the shape of `indices`
 * @throws ShapeError if batch or channels differ, IndexError if a place is outside the input, DTypeError
 */
export function maxPool1dGather<I extends Shape>(x: Tensor<Shape>, indices: Tensor<I, "i32">): Tensor<I> {
  return apply(maxPoolOps.maxPool1dGather, { x, indices }, undefined) as Tensor<I>;
}

/**
 * The mean of each window: y[n, c, i] = mean over u of x[n, c, i·stride + u].
 *
 * @param x (batch, channels, length), or (channels, length): then the result has no batch axis either
 * @returns (batch, channels, ⌊(length + left + right − kernel) / stride⌋ + 1), with `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the length is 0, ValueError on options, DTypeError unless x is f32
 */
export function avgPool1d<X extends Shape>(x: Tensor<X>, options: AvgPoolOptions<1>): Tensor<Pooled<X, 1>> {
  if (x?.rank === 2) return unbatched("avgPool1d", x, avgPool1d, options) as Tensor<Pooled<X, 1>>;
  return apply(avgPoolOps.avgPool1d, { x }, avgAttributesOf("avgPool1d", 1, options, x?.shape)) as Tensor<Pooled<X, 1>>;
}

/**
 * The means of `outputSize` windows, whatever the input's length; windows as for `adaptiveMaxPool1d`.
 *
 * @param x (batch, channels, length) @returns (batch, channels, outputSize); both without the batch axis as well
 * @throws ShapeError if the length is 0, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveAvgPool1d<X extends Shape>(x: Tensor<X>, outputSize: PerAxis<1>): Tensor<Pooled<X, 1>> {
  if (x?.rank === 2) return unbatched("adaptiveAvgPool1d", x, adaptiveAvgPool1d, outputSize) as Tensor<Pooled<X, 1>>;
  const attributes = { windows: adaptiveWindows("adaptiveAvgPool1d", 1, outputSize), divisor: 0 };
  return inCall("adaptiveAvgPool1d", () => apply(avgPoolOps.avgPool1d, { x }, attributes)) as Tensor<Pooled<X, 1>>;
}

/** The gradient of an average pooling for the gradient `dy` of its result: each shared among its window. Linear in `dy`. */
export function avgPool1dGradient<X extends Shape>(
  dy: Tensor<Shape>,
  inputShape: X,
  attributes: AvgAttributes<1>,
): Tensor<X> {
  assertShape("avgPool1dGradient", "inputShape", inputShape);
  return apply(avgPoolOps.avgPool1dGradient, { dy }, { ...attributes, inputShape }) as Tensor<X>;
}

/** What `avgPool1dGradient` is the gradient of: the average pooling as its op record has it. */
export function avgPool1dOver(x: Tensor<Shape>, attributes: AvgAttributes<1>): Tensor {
  assertRecord("avgPool1dOver", "attributes", attributes);
  const { windows, divisor } = attributes;
  return inCall("avgPool1dOver", () => apply(avgPoolOps.avgPool1d, { x }, { windows, divisor })) as Tensor;
}
