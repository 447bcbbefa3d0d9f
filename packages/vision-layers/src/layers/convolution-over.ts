import { type Argument, givenOptions, layerDefault, Module, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkedLater,
  checkOptions,
  type Convolution,
  convolutionOf,
  type ConvolutionOptions,
  type Generator,
  inCall,
  oneOf,
  type OptionChecks,
  pad,
  type PadMode,
  type PerAxis,
  sizesOf,
  type SpatialAxes,
  type SpatialSizes,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";

/**
 * What stands around the picture: zeros; its pixels mirrored at the edge, without the edge itself; its edge repeated; or
 * its other end.
 */
export type PaddingMode = "zeros" | Exclude<PadMode, "constant">;

/** Options of a layer that convolves over `N` axes. */
export interface ConvOptions<N extends SpatialAxes> extends ConvolutionOptions<N> {
  /** Default "zeros". */
  readonly paddingMode?: PaddingMode;
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

/** Looked at before any weight is drawn; the convolution's own where they are worked out. */
export const CONV_OPTIONS: OptionChecks<ConvOptions<SpatialAxes>> = {
  stride: checkedLater,
  padding: checkedLater,
  dilation: checkedLater,
  groups: checkedLater,
  exact: truthValue,
  paddingMode: /* @__PURE__ */ oneOf("zeros", "reflect", "replicate", "circular"),
  bias: truthValue,
  generator: assertGenerator,
};

/** `conv1d` and those of more axes. */
type Convolve<N extends SpatialAxes> = (
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: Convolution<N>,
) => Tensor;

/** What the convolution layers have in common, whatever their number of axes. */
export abstract class ConvolutionOver<
  N extends SpatialAxes,
  In extends number = number,
  Out extends number = number,
> extends Module {
  readonly inChannels: In;
  readonly outChannels: Out;
  readonly kernelSize: SpatialSizes<N>;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  /** Stride, padding (before each axis, and then after each), dilation, groups and exactness, worked out. */
  readonly convolution: Convolution<N>;
  readonly paddingMode: PaddingMode;
  readonly #convolve: Convolve<N>;
  readonly #layer: string;
  readonly #given: ConvOptions<N>;

  constructor(
    layer: string,
    axes: N,
    convolve: Convolve<N>,
    inChannels: In,
    outChannels: Out,
    kernelSize: PerAxis<N>,
    options: ConvOptions<N>,
  ) {
    super();
    checkOptions<ConvOptions<N>>(layer, options, CONV_OPTIONS);
    const { bias = true, paddingMode = "zeros", generator, ...convolution } = options;
    const { groups = 1 } = convolution;
    assertConvolved(layer, inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = sizesOf<N>(layer, "kernelSize", kernelSize, 1, axes);
    const weightShape = [outChannels, inChannels / groups, ...this.kernelSize];
    this.convolution = convolutionOf<N>(layer, weightShape, convolution, axes);
    this.paddingMode = paddingMode;
    this.#convolve = convolve;
    this.#layer = layer;
    this.#given = options;
    ({ weight: this.weight, bias: this.bias } = inCall(layer, () => layerDefault(weightShape, bias, generator)));
  }

  override forward(x: Tensor): Tensor {
    const convolve = this.#convolve;
    const mode = this.paddingMode;
    if (mode === "zeros") return convolve(x, this.weight, this.bias, this.convolutionFor(x));
    const around: readonly number[] = this.convolution.padding;
    const axes = around.length / 2;
    const margins = Array.from({ length: axes }, (_, axis) => [around[axis] ?? 0, around[axis + axes] ?? 0] as const);
    const none = around.map(() => 0) as readonly number[] as Convolution<N>["padding"];
    return inCall(this.#layer, () => {
      const padded = pad(x, margins, { mode });
      return convolve(padded, this.weight, this.bias, { ...this.convolution, padding: none });
    });
  }

  /** What it does to an input: always the same, but for layers whose padding follows from the input's size. */
  protected convolutionFor(_x: Tensor): Convolution<N> {
    return this.convolution;
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.outChannels, this.kernelSize, ...givenOptions(this.#given)];
  }
}

/** @throws ValueError unless channels and groups are whole numbers from 1 up, and groups divide both */
export function assertConvolved(layer: string, inChannels: number, outChannels: number, groups: number): void {
  const came = { inChannels, outChannels, groups };
  if (!Object.values(came).every((count) => Number.isInteger(count) && count >= 1)) {
    throw new ValueError(layer, came, "channels and groups are whole numbers from 1 up");
  }
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ValueError(layer, came, "groups must divide both numbers of channels");
  }
}
