import { ValueError } from "../../errors/index.ts";
import type { Shape } from "../../types/shape.ts";
import type { Padding, PerAxis, SpatialSizes, SpatialAxes } from "../../types/spatial.ts";
import { areCounts, isCount, sizesOf } from "./windows.ts";
import { checkOptions, checkedLater } from "../../arguments/options.ts";
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
  readonly padding?: PerAxis<N> | Padding<N> | "same" | "valid";
  /** Distance between two elements of the kernel. Default 1. */
  readonly dilation?: PerAxis<N>;
  /** Into how many parts channels are cut; each part of the output sees its part of the input. Default 1. */
  readonly groups?: number;
}

/** Options, worked out. */
export interface Convolution<N extends SpatialAxes = 2> {
  readonly stride: SpatialSizes<N>;
  readonly padding: Padding<N>;
  readonly dilation: SpatialSizes<N>;
  readonly groups: number;
}

/** Their values are looked at where they are worked out. */
const OPTIONS = { stride: checkedLater, padding: checkedLater, dilation: checkedLater, groups: checkedLater } as const;

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
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  if (!isCount(groups, 1)) throw new ValueError(op, { groups }, "groups must be a whole number from 1 up");
  const steps = sizesOf<N>(op, "stride", stride, 1, axes);
  const spread = sizesOf<N>(op, "dilation", dilation, 1, axes);
  return { stride: steps, padding: paddingOf(op, padding, weight, steps, spread, axes), dilation: spread, groups };
}

function paddingOf<N extends SpatialAxes>(
  op: string,
  padding: NonNullable<ConvolutionOptions<N>["padding"]>,
  weight: Shape,
  stride: SpatialSizes<N>,
  dilation: SpatialSizes<N>,
  axes: N,
): Padding<N> {
  if (padding === "valid") return beforeAndAfter(sizesOf<N>(op, "padding", 0, 0, axes));
  if (padding === "same") {
    if (stride.some((step) => step !== 1)) {
      throw new ValueError(
        op,
        { padding, stride },
        '"same" keeps the size of the image, which a stride does not',
        "give the padding in numbers",
      );
    }
    const reach = dilation.map((distance, axis) => distance * ((weight[axis + 2] ?? 1) - 1));
    const [before, after] = [reach.map((size) => Math.floor(size / 2)), reach.map((size) => Math.ceil(size / 2))];
    return beforeAndAfter(before, after);
  }
  if (isBeforeAndAfter<N>(padding, axes)) {
    if (areCounts(padding, 0)) return padding;
    throw new ValueError(op, { padding }, `padding must be whole numbers from 0 up: [${SIDES[axes]}]`);
  }
  return beforeAndAfter(sizesOf<N>(op, "padding", padding, 0, axes));
}

const SIDES = { 1: "left, right", 2: "top, left, bottom, right", 3: "front, top, left, back, bottom, right" } as const;

function beforeAndAfter<N extends SpatialAxes>(before: readonly number[], after = before): Padding<N> {
  return before.concat(after) as readonly number[] as Padding<N>;
}

function isBeforeAndAfter<N extends SpatialAxes>(padding: PerAxis<N> | Padding<N>, axes: N): padding is Padding<N> {
  return Array.isArray(padding) && padding.length === 2 * axes;
}
