import { apply } from "../../dispatch/dispatch.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import type { Convolved } from "../../types/spatial.ts";
import { convolutionOps } from "./convolution.ts";
import { convolutionOf, type ConvolutionOptions, workedOut } from "./options.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertShape } from "../../arguments/checks.ts";
import { unbatched } from "./unbatched.ts";

/**
 * y[n, o, i] = bias[o] + Σ weight[o, c, u] · x[n, c, i·stride + u·dilation − left] over the channels c of o's group and the
 * kernel's elements u: cross-correlation along one axis, as PyTorch's conv1d.
 *
 * @param x (batch, channels, length), or (channels, length): then the result has no batch axis either
 * @param weight (filters, channels / groups, kernel length) @param bias (filters)
 * @returns (batch, filters, ⌊(length + left + right − dilation · (kernel length − 1) − 1) / stride⌋ + 1)
 * @throws ShapeError if channels differ or the kernel does not fit, ValueError on options, DTypeError unless all are f32
 */
export function conv1d<X extends Shape, W extends Shape>(
  x: Tensor<X>,
  weight: Tensor<W>,
  bias?: Tensor,
  options: ConvolutionOptions<1> = {},
): Tensor<Convolved<X, W, 1>> {
  if (x?.rank === 2) return unbatched("conv1d", x, conv1d, weight, bias, options) as Tensor<Convolved<X, W, 1>>;
  if (weight?.shape === undefined) assertTensor("conv1d", "weight", weight); // all else is dispatch's to refuse
  const attributes = workedOut("conv1d", weight.shape, options, 1);
  return apply(convolutionOps.conv1d, { x, weight, bias }, attributes) as Tensor<Convolved<X, W, 1>>;
}

/**
 * The gradient of `conv1d` with respect to its input, for the gradient `dy` of its result; also called transposed
 * convolution. Linear in `dy` and in `weight`; options are those of the convolution.
 *
 * @param dy (batch, filters, outputs) @param weight (filters, channels / groups, kernel length)
 * @param inputShape (batch, channels, length) of the convolution's input
 * @throws ShapeError unless a convolution of `inputShape` gives the shape of `dy`, ValueError on options, DTypeError
 */
export function conv1dInputGradient<X extends Shape>(
  dy: Tensor<Shape>,
  weight: Tensor<Shape>,
  inputShape: X,
  options: ConvolutionOptions<1> = {},
): Tensor<X> {
  assertTensor("conv1dInputGradient", "weight", weight);
  assertShape("conv1dInputGradient", "inputShape", inputShape);
  const attributes = { ...convolutionOf("conv1dInputGradient", weight.shape, options, 1), inputShape };
  return apply(convolutionOps.conv1dInputGradient, { dy, weight }, attributes) as Tensor<X>;
}

/**
 * The gradient of `conv1d` with respect to its filters, for the gradient `dy` of its result. Linear in `x` and in `dy`;
 * options are those of the convolution.
 *
 * @param x (batch, channels, length) @param dy (batch, filters, outputs)
 * @param weightShape (filters, channels / groups, kernel length)
 * @throws ShapeError unless a convolution of `x` with filters of `weightShape` gives the shape of `dy`, ValueError, DTypeError
 */
export function conv1dFilterGradient<W extends Shape>(
  x: Tensor<Shape>,
  dy: Tensor<Shape>,
  weightShape: W,
  options: ConvolutionOptions<1> = {},
): Tensor<W> {
  assertShape("conv1dFilterGradient", "weightShape", weightShape);
  const attributes = { ...convolutionOf("conv1dFilterGradient", weightShape, options, 1), weightShape };
  return apply(convolutionOps.conv1dFilterGradient, { x, dy }, attributes) as Tensor<W>;
}
