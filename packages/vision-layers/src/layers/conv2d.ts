import { conv2d, type HasChannels, type Pair, type Shape, type Tensor, type WithChannels } from "@unfoldjs/tensor-core";
import { ConvolutionOver, type ConvOptions } from "./convolution-over.ts";

export { CONV_OPTIONS, type PaddingMode } from "./convolution-over.ts";

export type Conv2dOptions = ConvOptions<2>;

/**
 * y[n, o, i, j] = b[o] + Σ w[o, c, u, v] · x[n, c, i·stride + u·dilation − top, j·stride + v·dilation − left], summed over
 * the channels c of o's group and the kernel's rows u and columns v; outside of the picture x is what
 * `paddingMode` says. That is cross-correlation, as in PyTorch's Conv2d; mathematics' convolution flips the kernel.
 *
 * `exact: true` does without the tiles in which kernels of 3 × 3 are computed where that is faster, in training too: `conv2d`
 * says what they cost in exactness, and when that matters.
 *
 * `weight` (outChannels, inChannels / groups, kernel rows, kernel columns) and `bias` (outChannels) start uniform in
 * ±1 / √(inChannels / groups · kernel rows · kernel columns), as PyTorch's do.
 */
export class Conv2d<In extends number = number, Out extends number = number> extends ConvolutionOver<2, In, Out> {
  static override readonly name: string = "Conv2d";

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: Pair, options: Conv2dOptions = {}) {
    super("Conv2d", 2, conv2d, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param x (batch, inChannels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if channels differ, the kernel is larger than the padded picture, or the padding larger than what
   * "reflect" and "circular" have to show
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In>>): Tensor<WithChannels<S, Out>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }
}
