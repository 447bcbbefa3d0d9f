import { ValueError } from "../../errors/index.ts";
import type { Shape } from "../../types/shape.ts";
import type { Padding, PerAxis, SpatialSizes, SpatialAxes } from "../../types/spatial.ts";
import { type PaddingOption, paddingOf } from "./padding.ts";
import { isCount, sizesOf } from "./windows.ts";
import { checkOptions, checkedLater, truthValue } from "../../arguments/options.ts";
import { assertShape } from "../../arguments/checks.ts";

/** Options of a convolution over `N` axes. */
export interface ConvolutionOptions<N extends SpatialAxes = 2> {
  /** Distance between two positions of the kernel. Default 1. */
  readonly stride?: PerAxis<N>;
  /**
   * Zeros around the image: one number for all sides, one for each axis, or all of those before and then all of those after;
   * "valid" is none, "same" keeps the image's size (at stride 1; the odd zero of an even kernel goes after the last row or
   * column). Default 0.
   */
  readonly padding?: PaddingOption<N>;
  /** Distance between two elements of the kernel. Default 1. */
  readonly dilation?: PerAxis<N>;
  /** Into how many parts channels are cut; each part of the output sees its part of the input. Default 1. */
  readonly groups?: number;
  /**
   * Whether to compute the products of the definition and nothing else, values and gradients, where tiles would be faster
   * (see `conv2d`). Default false.
   */
  readonly exact?: boolean;
}

/** Options, worked out. */
export interface Convolution<N extends SpatialAxes = 2> {
  readonly stride: SpatialSizes<N>;
  readonly padding: Padding<N>;
  readonly dilation: SpatialSizes<N>;
  readonly groups: number;
  readonly exact: boolean;
}

/** Their values are looked at where they are worked out. */
const OPTIONS = {
  stride: checkedLater,
  padding: checkedLater,
  dilation: checkedLater,
  groups: checkedLater,
  exact: truthValue,
} as const;

/**
 * The options of a convolution with filters of shape `weight`, worked out.
 * @param axes how many axes it is over: 2 unless said
 * @throws ValueError if one makes no sense
 */
export function convolutionOf<N extends SpatialAxes = 2>(
  op: string,
  weight: Shape,
  options: ConvolutionOptions<N>,
  axes: N = 2 as N,
): Convolution<N> {
  assertShape(op, "weight", weight);
  return workedOut(op, weight, options, axes);
}

/** As `convolutionOf`, of filters that are a tensor's. */
export function workedOut<N extends SpatialAxes>(
  op: string,
  weight: Shape,
  options: ConvolutionOptions<N>,
  axes: N,
): Convolution<N> {
  checkOptions<ConvolutionOptions<N>>(op, options, OPTIONS);
  const { stride = 1, padding = 0, dilation = 1, groups = 1, exact = false } = options;
  if (!isCount(groups, 1)) throw new ValueError(op, { groups }, "groups must be a whole number from 1 up");
  const steps = sizesOf<N>(op, "stride", stride, 1, axes);
  const spread = sizesOf<N>(op, "dilation", dilation, 1, axes);
  const around = paddingOf(op, padding, { kernel: weight, from: 2, stride: steps, dilation: spread }, axes);
  return { stride: steps, padding: around, dilation: spread, groups, exact };
}
