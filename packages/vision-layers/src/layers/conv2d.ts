import { type Argument, givenOptions, layerDefault, Module, type Parameter } from "@unfoldjs/nn";
import {
  conv2d,
  type ConvolutionOptions,
  type Generator,
  type Pair,
  pairOf,
  type Sizes2d,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

export interface Conv2dOptions extends ConvolutionOptions {
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

/**
 * y[n, o, i, j] = b[o] + Σ w[o, c, u, v] · x[n, c, i·stride + u·dilation − top, j·stride + v·dilation − left], summed over
 * the channels c of o's group and the kernel's rows u and columns v; x is 0 outside of the picture. That is
 * cross-correlation, as in PyTorch's Conv2d; mathematics' convolution flips the kernel.
 *
 * `weight` (outChannels, inChannels / groups, kernel rows, kernel columns) and `bias` (outChannels) start uniform in
 * ±1 / √(inChannels / groups · kernel rows · kernel columns), as PyTorch's do.
 */
export class Conv2d extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: Sizes2d;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly options: Conv2dOptions;

  /** @throws ValueError unless channels, groups and sizes are whole numbers from 1 up, and groups divide the channels */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: Conv2dOptions = {}) {
    super();
    const { groups = 1, bias = true, generator } = options;
    assertChannels(inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pairOf("Conv2d", "kernelSize", kernelSize, 1);
    this.options = options;
    ({ weight: this.weight, bias: this.bias } = layerDefault(
      [outChannels, inChannels / groups, ...this.kernelSize],
      bias,
      generator,
    ));
  }

  /**
   * @param x (batch, inChannels, height, width)
   * @returns (batch, outChannels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if channels differ or the kernel is larger than the padded picture, ValueError on stride, padding or
   * dilation that make no sense
   */
  override forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.options);
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.outChannels, this.kernelSize, ...givenOptions(this.options)];
  }
}

function assertChannels(inChannels: number, outChannels: number, groups: number): void {
  const came = { inChannels, outChannels, groups };
  if (!Object.values(came).every((count) => Number.isInteger(count) && count >= 1)) {
    throw new ValueError("Conv2d", came, "channels and groups are whole numbers from 1 up");
  }
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError("Conv2d", came, "groups must divide both numbers of channels");
  }
}
