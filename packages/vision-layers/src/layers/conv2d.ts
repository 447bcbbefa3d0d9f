import { type Argument, givenOptions, layerDefault, Module, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkedLater,
  checkOptions,
  conv2d,
  type Convolution,
  convolutionOf,
  type ConvolutionOptions,
  type Generator,
  type HasChannels,
  oneOf,
  type OptionChecks,
  pad,
  type PadMode,
  type Pair,
  pairOf,
  type Shape,
  type Sizes2d,
  type Tensor,
  truthValue,
  ValueError,
  type WithChannels,
  inCall,
} from "@unfoldjs/tensor-core";

/**
 * What stands around the picture: zeros; its pixels mirrored at the edge, without the edge itself; its edge repeated; or
 * its other end.
 */
export type PaddingMode = "zeros" | Exclude<PadMode, "constant">;

export interface Conv2dOptions extends ConvolutionOptions {
  /** Default "zeros". */
  readonly paddingMode?: PaddingMode;
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

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
export class Conv2d<In extends number = number, Out extends number = number> extends Module {
  static override readonly name: string = "Conv2d";
  readonly inChannels: In;
  readonly outChannels: Out;
  readonly kernelSize: Sizes2d;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  /** Stride, padding (top, left, bottom, right), dilation, groups and exactness, worked out. */
  readonly convolution: Convolution;
  readonly paddingMode: PaddingMode;
  private readonly options: Conv2dOptions;

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: Pair, options: Conv2dOptions = {}) {
    super();
    checkOptions("Conv2d", options, OPTIONS);
    const { bias = true, paddingMode = "zeros", generator, ...convolution } = options;
    const { groups = 1 } = convolution;
    assertChannels(inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pairOf("Conv2d", "kernelSize", kernelSize, 1);
    const weightShape = [outChannels, inChannels / groups, ...this.kernelSize];
    this.convolution = convolutionOf("Conv2d", weightShape, convolution);
    this.paddingMode = paddingMode;
    this.options = options;
    ({ weight: this.weight, bias: this.bias } = inCall("Conv2d", () => layerDefault(weightShape, bias, generator)));
  }

  /**
   * @param x (batch, inChannels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if channels differ, the kernel is larger than the padded picture, or the padding larger than what
   * "reflect" and "circular" have to show
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In>>): Tensor<WithChannels<S, Out>>;
  override forward(x: Tensor): Tensor {
    if (this.paddingMode === "zeros") return conv2d(x, this.weight, this.bias, this.convolution);
    const [top, left, bottom, right] = this.convolution.padding;
    const padded = pad(
      x,
      [
        [top, bottom],
        [left, right],
      ],
      { mode: this.paddingMode },
    );
    return conv2d(padded, this.weight, this.bias, { ...this.convolution, padding: 0 });
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.outChannels, this.kernelSize, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<Conv2dOptions> = {
  stride: checkedLater,
  padding: checkedLater,
  dilation: checkedLater,
  groups: checkedLater,
  exact: truthValue,
  paddingMode: /* @__PURE__ */ oneOf("zeros", "reflect", "replicate", "circular"),
  bias: truthValue,
  generator: assertGenerator,
};

function assertChannels(inChannels: number, outChannels: number, groups: number): void {
  const came = { inChannels, outChannels, groups };
  if (!Object.values(came).every((count) => Number.isInteger(count) && count >= 1)) {
    throw new ValueError("Conv2d", came, "channels and groups are whole numbers from 1 up");
  }
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError("Conv2d", came, "groups must divide both numbers of channels");
  }
}
