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
 * y[n, o, i, j] = bias[o] + Σ weight[o, c, u, v] · x[n, c, i·stride + u·dilation − top, j·stride + v·dilation − left] over the
 * channels c of o's group and the kernel's rows u and columns v: cross-correlation, as PyTorch's conv2d. With the kernel
 * flipped it is the convolution of mathematics: `convolve2d`.
 *
 * Kernels of 3 × 3 with stride 1 and no dilation are computed in tiles of 4 × 4 outputs (Winograd's F(4 × 4, 3 × 3), Lavin
 * & Gray 2016) where that is faster: from about 16 channels and filters and 100 outputs up. Then an output is off by a
 * share of the largest output, not of its own terms: 2e-6 of it with 64 channels, 4e-6 with 512 (a plain sum: a third to
 * half of that); an infinity or NaN, or elements above 1e34, spoil the tiles that they touch. With `exact: true` it is the plain
 * sum, and so are its gradients: for images in which an output must not depend on what its kernel does not see (a NaN that
 * marks what is missing, single elements thousands of times larger than the rest), or for the last digit; mostly two
 * to four times slower where tiles would be used.
 *
 * @param x (batch, channels, height, width), or (channels, height, width): then the result has no batch axis either
 * @param weight (filters, channels / groups, rows, columns) @param bias (filters)
 * @returns (batch, filters, rows, columns), rows = ⌊(height + top + bottom − dilation · (rows of weight − 1) − 1) / stride⌋ + 1
 * @throws ShapeError if channels differ or the kernel does not fit, ValueError on options, DTypeError unless all are f32
 */
export function conv2d<X extends Shape, W extends Shape>(
  x: Tensor<X>,
  weight: Tensor<W>,
  bias?: Tensor,
  options: ConvolutionOptions = {},
): Tensor<Convolved<X, W>> {
  if (x?.rank === 3) return unbatched("conv2d", x, conv2d, weight, bias, options) as Tensor<Convolved<X, W>>;
  if (weight?.shape === undefined) assertTensor("conv2d", "weight", weight); // all else is dispatch's to refuse
  const attributes = workedOut("conv2d", weight.shape, options, 2);
  return apply(convolutionOps.conv2d, { x, weight, bias }, attributes) as Tensor<Convolved<X, W>>;
}

/**
 * The gradient of `conv2d` with respect to its input, for the gradient `dy` of its result; also called transposed
 * convolution. Linear in `dy` and in `weight`; options are those of the convolution. Computed in tiles as `conv2d` is, unless
 * `exact`.
 *
 * @param dy (batch, filters, rows, columns) @param weight (filters, channels / groups, kernel rows, kernel columns)
 * @param inputShape (batch, channels, height, width) of the convolution's input
 * @throws ShapeError unless a convolution of `inputShape` gives the shape of `dy`, ValueError on options, DTypeError
 */
export function conv2dInputGradient<X extends Shape>(
  dy: Tensor<Shape>,
  weight: Tensor<Shape>,
  inputShape: X,
  options: ConvolutionOptions = {},
): Tensor<X> {
  assertTensor("conv2dInputGradient", "weight", weight);
  assertShape("conv2dInputGradient", "inputShape", inputShape);
  const attributes = { ...convolutionOf("conv2dInputGradient", weight.shape, options), inputShape };
  return apply(convolutionOps.conv2dInputGradient, { dy, weight }, attributes) as Tensor<X>;
}

/**
 * The gradient of `conv2d` with respect to its filters, for the gradient `dy` of its result. Linear in `x` and in `dy`;
 * options are those of the convolution.
 *
 * @param x (batch, channels, height, width) @param dy (batch, filters, rows, columns)
 * @param weightShape (filters, channels / groups, kernel rows, kernel columns)
 * @throws ShapeError unless a convolution of `x` with filters of `weightShape` gives the shape of `dy`, ValueError, DTypeError
 */
export function conv2dFilterGradient<W extends Shape>(
  x: Tensor<Shape>,
  dy: Tensor<Shape>,
  weightShape: W,
  options: ConvolutionOptions = {},
): Tensor<W> {
  assertShape("conv2dFilterGradient", "weightShape", weightShape);
  const attributes = { ...convolutionOf("conv2dFilterGradient", weightShape, options), weightShape };
  return apply(convolutionOps.conv2dFilterGradient, { x, dy }, attributes) as Tensor<W>;
}
