import {
  conv3d,
  type HasChannels,
  type PerAxis,
  type Shape,
  type Tensor,
  type WithChannels,
} from "@unfoldjs/tensor-core";
import { ConvolutionOver, type ConvOptions } from "./convolution-over.ts";

export type Conv3dOptions = ConvOptions<3>;

/**
 * `Conv2d` for volumes: cross-correlation along depth, height and width, as PyTorch's Conv3d.
 *
 * `weight` (outChannels, inChannels / groups, depth, rows, columns of the kernel) and `bias` (outChannels) start uniform in
 * ±1 / √(inChannels / groups · elements of the kernel), as PyTorch's do.
 */
export class Conv3d<In extends number = number, Out extends number = number> extends ConvolutionOver<3, In, Out> {
  static override readonly name: string = "Conv3d";

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: PerAxis<3>, options: Conv3dOptions = {}) {
    super("Conv3d", 3, conv3d, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param x (batch, inChannels, depth, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, …), each ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if channels differ, the kernel is larger than the padded volume, or the padding larger than what
   * "reflect" and "circular" have to show
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In, 3>>): Tensor<WithChannels<S, Out, 3>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }
}
