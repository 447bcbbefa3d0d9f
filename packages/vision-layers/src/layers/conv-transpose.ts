import { type Argument, givenOptions, layerDefault, Module, parameter, type Parameter, uniform } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkedLater,
  checkOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type Generator,
  type HasChannels,
  inCall,
  type OptionChecks,
  type Pair,
  type PerAxis,
  type Shape,
  sizesOf,
  type SpatialAxes,
  type SpatialSizes,
  type Tensor,
  type TransposedConvolutionOptions,
  truthValue,
  ValueError,
  type WithChannels,
} from "@unfoldjs/tensor-core";
import { assertConvolved } from "./convolution-over.ts";

/** Options of a layer that turns a convolution over `N` axes round. */
export interface ConvTransposeOptions<N extends SpatialAxes = 2> extends TransposedConvolutionOptions<N> {
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

const OPTIONS: OptionChecks<ConvTransposeOptions<SpatialAxes>> = {
  stride: checkedLater,
  padding: checkedLater,
  outputPadding: checkedLater,
  dilation: checkedLater,
  groups: checkedLater,
  exact: truthValue,
  bias: truthValue,
  generator: assertGenerator,
};

/** `convTranspose1d` and those of more axes. */
type Transposed<N extends SpatialAxes> = (
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: TransposedConvolutionOptions<N>,
) => Tensor;

/** What the transposed convolutions have in common, whatever their number of axes. */
abstract class ConvTransposeOver<
  N extends SpatialAxes,
  In extends number = number,
  Out extends number = number,
> extends Module {
  readonly inChannels: In;
  readonly outChannels: Out;
  readonly kernelSize: SpatialSizes<N>;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly convolution: Required<TransposedConvolutionOptions<N>>;
  readonly #transposed: Transposed<N>;
  readonly #given: ConvTransposeOptions<N>;

  constructor(
    layer: string,
    axes: N,
    transposed: Transposed<N>,
    inChannels: In,
    outChannels: Out,
    kernelSize: PerAxis<N>,
    options: ConvTransposeOptions<N>,
  ) {
    super();
    checkOptions<ConvTransposeOptions<N>>(layer, options, OPTIONS);
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1, exact = false } = options;
    const { bias = true, generator } = options;
    assertConvolved(layer, inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = sizesOf<N>(layer, "kernelSize", kernelSize, 1, axes);
    this.convolution = {
      stride: sizesOf<N>(layer, "stride", stride, 1, axes),
      padding: sizesOf<N>(layer, "padding", padding, 0, axes),
      outputPadding: sizesOf<N>(layer, "outputPadding", outputPadding, 0, axes),
      dilation: sizesOf<N>(layer, "dilation", dilation, 1, axes),
      groups,
      exact,
    };
    assertLess(layer, this.convolution);
    this.#transposed = transposed;
    this.#given = options;
    const weightShape = [inChannels, outChannels / groups, ...this.kernelSize];
    // PyTorch counts what the second axis holds as a filter's inputs here too.
    const bound = 1 / Math.sqrt(weightShape.slice(1).reduce((product, size) => product * size, 1));
    this.weight = inCall(layer, () => layerDefault(weightShape, false, generator)).weight;
    const range = { low: -bound, high: bound, ...(generator === undefined ? {} : { generator }) };
    this.bias = bias ? inCall(layer, () => parameter(() => uniform<Shape>([outChannels], range))) : undefined;
  }

  override forward(x: Tensor): Tensor {
    const transposed = this.#transposed;
    return transposed(x, this.weight, this.bias, this.convolution);
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.outChannels, this.kernelSize, ...givenOptions(this.#given)];
  }
}

/** As `convTranspose2d` asks, before there is a picture. */
function assertLess(
  layer: string,
  given: { readonly [Name in "outputPadding" | "stride" | "dilation"]: unknown },
): void {
  const [more, stride, dilation] = [given.outputPadding, given.stride, given.dilation] as number[][];
  if (more?.every((size, axis) => size < Math.max(stride?.[axis] ?? 1, dilation?.[axis] ?? 1))) return;
  throw new ValueError(
    layer,
    { outputPadding: more, stride, dilation },
    "outputPadding must be less than the stride or than the dilation",
  );
}

/**
 * What `Conv1d`'s gradient does to its output, forwards: each element of x lays the kernel, times itself, on the result,
 * `stride` apart. PyTorch's ConvTranspose1d.
 *
 * `weight` (inChannels, outChannels / groups, kernelSize) and `bias` (outChannels) start uniform in
 * ±1 / √(outChannels / groups · kernelSize), as PyTorch's do.
 */
export class ConvTranspose1d<In extends number = number, Out extends number = number> extends ConvTransposeOver<
  1,
  In,
  Out
> {
  static override readonly name: string = "ConvTranspose1d";

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: PerAxis<1>, options: ConvTransposeOptions<1> = {}) {
    super("ConvTranspose1d", 1, convTranspose1d, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param x (batch, inChannels, length), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, (length − 1) · stride − 2 · padding + dilation · (kernelSize − 1) + outputPadding + 1)
   * @throws ShapeError if channels differ or padding leaves less than nothing
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In, 1>>): Tensor<WithChannels<S, Out, 1>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }
}

/**
 * What `Conv2d`'s gradient does to its output, forwards: each pixel of x lays the kernel, times itself, on the result,
 * `stride` apart, so that pictures become larger (Dumoulin & Visin 2016, chapter 4). PyTorch's ConvTranspose2d.
 *
 * `weight` (inChannels, outChannels / groups, kernel rows, kernel columns) and `bias` (outChannels) start uniform in
 * ±1 / √(outChannels / groups · kernel rows · kernel columns), as PyTorch's do.
 */
export class ConvTranspose2d<In extends number = number, Out extends number = number> extends ConvTransposeOver<
  2,
  In,
  Out
> {
  static override readonly name: string = "ConvTranspose2d";

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: Pair, options: ConvTransposeOptions = {}) {
    super("ConvTranspose2d", 2, convTranspose2d, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param x (batch, inChannels, rows, columns), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, height, width), height = (rows − 1) · stride − 2 · padding + dilation · (kernel rows − 1) + outputPadding + 1
   * @throws ShapeError if channels differ or padding leaves less than nothing
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In>>): Tensor<WithChannels<S, Out>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }
}

/**
 * `ConvTranspose2d` for volumes: PyTorch's ConvTranspose3d.
 *
 * `weight` (inChannels, outChannels / groups, depth, rows, columns of the kernel) and `bias` (outChannels) start uniform in
 * ±1 / √(outChannels / groups · elements of the kernel), as PyTorch's do.
 */
export class ConvTranspose3d<In extends number = number, Out extends number = number> extends ConvTransposeOver<
  3,
  In,
  Out
> {
  static override readonly name: string = "ConvTranspose3d";

  /** @throws ValueError if an option makes no sense, channels are no whole numbers from 1 up, or groups do not divide them */
  constructor(inChannels: In, outChannels: Out, kernelSize: PerAxis<3>, options: ConvTransposeOptions<3> = {}) {
    super("ConvTranspose3d", 3, convTranspose3d, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param x (batch, inChannels, depth, rows, columns), or without the batch axis, which the result then lacks too
   * @returns (batch, outChannels, …), each (size − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1
   * @throws ShapeError if channels differ or padding leaves less than nothing
   */
  override forward<S extends Shape>(x: Tensor<S & HasChannels<S, In, 3>>): Tensor<WithChannels<S, Out, 3>>;
  override forward(x: Tensor): Tensor {
    return super.forward(x);
  }
}
