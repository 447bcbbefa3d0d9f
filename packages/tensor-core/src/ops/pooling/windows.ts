import * as frames from "../../../wasm/frames.js";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { heapI32 } from "../../runtime/heap.ts";
import type { Shape } from "../../types/shape.ts";
import type { Padding, PerAxis, SpatialSizes, SpatialAxes } from "../../types/spatial.ts";
import { type PaddingOption, paddingOf } from "../convolution/padding.ts";
import { assertImages, frameAxes, misfit, sizesOf, type SlidingAxis, windowCount } from "../convolution/windows.ts";
import { checkOptions, checkedLater, truthValue } from "../../arguments/options.ts";

/** Options of a pooling over `N` axes. */
export interface MaxPoolOptions<N extends SpatialAxes = 2> {
  /** Size of a window along each axis. */
  readonly kernel: PerAxis<N>;
  /** Distance between two windows. Default: the window's size, so that they do not overlap. */
  readonly stride?: PerAxis<N>;
  /**
   * −∞ (for averages 0) around the image, on no side more than half a window: one number for all sides, one for each axis, or
   * all of those before and then all of those after. "valid" is none; "same" gives ⌈size / stride⌉ windows, as Keras and
   * ONNX's SAME_UPPER (with a dilation it may be more than half a window). Default 0.
   */
  readonly padding?: PaddingOption<N>;
  /** Distance between two elements of a window. Default 1. */
  readonly dilation?: PerAxis<N>;
  /**
   * Whether a last window may reach beyond the edge, as long as it begins before it; so a single one may be larger than the
   * image. Default false.
   */
  readonly ceilMode?: boolean;
}

export interface AvgPoolOptions<N extends SpatialAxes = 2> extends Omit<MaxPoolOptions<N>, "dilation"> {
  /** Whether the zeros around count as elements. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by instead of the number of elements. */
  readonly divisorOverride?: number;
}

/** Where the windows of a pooling over `N` axes lie. */
export type Windows<N extends SpatialAxes = 2> =
  | {
      readonly kind: "sliding";
      readonly kernel: SpatialSizes<N>;
      readonly stride: SpatialSizes<N>;
      /** Before the first element of each axis, and then after the last. */
      readonly padding: Padding<N>;
      readonly dilation: SpatialSizes<N>;
      readonly ceilMode: boolean;
    }
  | { readonly kind: "adaptive"; readonly output: SpatialSizes<N> };

/** Sizes are looked at where they are worked out. */
const MAX_OPTIONS = {
  kernel: checkedLater,
  stride: checkedLater,
  padding: checkedLater,
  dilation: checkedLater,
  ceilMode: truthValue,
} as const;
const AVERAGE_OPTIONS = {
  kernel: checkedLater,
  stride: checkedLater,
  padding: checkedLater,
  ceilMode: truthValue,
  countIncludePad: truthValue,
  divisorOverride: checkedLater,
} as const;

/** The windows of a max pooling. @throws ValueError on what are no options of one, or make no sense */
export function maxWindows<N extends SpatialAxes>(
  op: string,
  axes: N,
  options: MaxPoolOptions<N>,
  image: Shape | undefined,
): Windows<N> {
  checkOptions<MaxPoolOptions<N>>(op, options, MAX_OPTIONS);
  return slidingWindows(op, axes, options, image);
}

/** @throws ValueError on what are no options of an average pooling */
export function assertAverageOptions<N extends SpatialAxes>(op: string, options: AvgPoolOptions<N>): void {
  checkOptions<AvgPoolOptions<N>>(op, options, AVERAGE_OPTIONS);
}

/**
 * @param image the shape of the images, which "same" padding with a stride follows from; what is none is for the shape rule to
 * refuse
 * @throws ValueError if an option makes no sense
 */
export function slidingWindows<N extends SpatialAxes>(
  op: string,
  axes: N,
  options: MaxPoolOptions<N>,
  image: Shape | undefined,
): Windows<N> {
  const { padding: around = 0, stride = options.kernel, dilation = 1, ceilMode = false } = options;
  const kernel = sizesOf<N>(op, "kernel", options.kernel, 1, axes);
  const steps = sizesOf<N>(op, "stride", stride, 1, axes);
  const spread = sizesOf<N>(op, "dilation", dilation, 1, axes);
  const sliding = { kernel, from: 0, stride: steps, dilation: spread };
  const padding = around === "same" ? sameFor(sliding, image, axes) : paddingOf(op, around, sliding, axes);
  const mayBeMore = around === "same"; // what keeps the size, however far a dilation spreads the window
  for (let side = 0; side < padding.length; side++) {
    if (mayBeMore || (padding[side] ?? 0) * 2 <= (kernel[side % axes] ?? 0)) continue;
    throw new ValueError(
      op,
      { padding, kernel },
      "padding may be at most half the kernel, or a window would see nothing else",
    );
  }
  return {
    kind: "sliding",
    kernel,
    padding,
    stride: steps,
    dilation: spread,
    ceilMode,
  };
}

/**
 * What gives ⌈size / stride⌉ windows along each axis: as Keras's "same" and ONNX's SAME_UPPER, with the odd element after. At
 * stride 1 it keeps the size.
 */
function sameFor<N extends SpatialAxes>(
  { kernel, stride, dilation }: { readonly [Name in "kernel" | "stride" | "dilation"]: readonly number[] },
  image: Shape | undefined,
  axes: N,
): Padding<N> {
  const around = kernel.map((size, axis) => {
    const [length, step] = [image?.[2 + axis] ?? 1, stride[axis] ?? 1];
    return Math.max(0, (Math.ceil(length / step) - 1) * step + (dilation[axis] ?? 1) * (size - 1) + 1 - length);
  });
  const before = around.map((size) => Math.floor(size / 2)).slice(0, axes);
  return before.concat(around.map((size) => Math.ceil(size / 2))) as readonly number[] as Padding<N>;
}

/** @throws ValueError unless sizes are whole numbers from 1 up */
export function adaptiveWindows<N extends SpatialAxes>(op: string, axes: N, outputSize: PerAxis<N>): Windows<N> {
  return { kind: "adaptive", output: sizesOf<N>(op, "outputSize", outputSize, 1, axes) };
}

/** Windows as the shape rule and the frame read them, whatever their number of axes. */
type AnyWindows =
  | {
      readonly kind: "sliding";
      readonly kernel: readonly number[];
      readonly stride: readonly number[];
      readonly padding: readonly number[];
      readonly dilation: readonly number[];
      readonly ceilMode: boolean;
    }
  | { readonly kind: "adaptive"; readonly output: readonly number[] };

/** The shape of the pooled images. @throws ShapeError if a window does not fit, or the image is empty */
export function pooledShape(op: string, count: SpatialAxes, shape: Shape, windows: AnyWindows): Shape {
  assertImages(op, shape, count);
  // Also not where padding alone would fill a window.
  if (shape.includes(0, 2)) throw new ShapeError(op, { shape }, "there is nothing to choose from in an empty image");
  const pooled = [shape[0] ?? 0, shape[1] ?? 0];
  for (let axis = 0; axis < count; axis++) {
    pooled.push(windows.kind === "sliding" ? slidingCount(op, shape, axis, windows) : (windows.output[axis] ?? 0));
  }
  return pooled;
}

function slidingCount(
  op: string,
  shape: Shape,
  axis: number,
  { kernel, stride, padding, dilation, ceilMode }: AnyWindows & { readonly kind: "sliding" },
): number {
  const sliding: SlidingAxis = {
    kernel: kernel[axis] ?? 1,
    stride: stride[axis] ?? 1,
    padding: [padding[axis] ?? 0, padding[axis + kernel.length] ?? 0],
    dilation: dilation[axis] ?? 1,
  };
  if (!ceilMode) return windowCount(op, shape, axis, sliding);
  // A last window begins where the one before it has left something, but not behind the image: as in PyTorch.
  const [[before, after], size, step] = [sliding.padding, shape[axis + 2] ?? 0, sliding.stride];
  const room = before + size + after - sliding.dilation * (sliding.kernel - 1) - 1;
  const count = Math.ceil(room / step) + 1;
  if (count < 1) throw misfit(op, shape, axis, sliding);
  return (count - 1) * step < before + size ? count : count - 1;
}

/** @param x the images @param out the pooled ones */
export function writePooling(x: Shape, out: Shape, windows: AnyWindows): void {
  const count = x.length - 2;
  const { kernel, stride, padding, dilation } = windows.kind === "sliding" ? windows : UNUSED;
  frames.writePoolingFrame(heapI32(), frameStart(), {
    planes: (x[0] ?? 0) * (x[1] ?? 0),
    image: frameAxes(x, 2, count, 1),
    output: frameAxes(out, 2, count, 1),
    adaptive: windows.kind === "adaptive" ? 1 : 0,
    kernel: frameAxes(kernel, 0, count, 1),
    stride: frameAxes(stride, 0, count, 1),
    padding: frameAxes(padding, 0, count, 0),
    paddingAfter: frameAxes(padding, count, count, 0),
    dilation: frameAxes(dilation, 0, count, 1),
  });
}

/** Adaptive windows follow from the sizes of image and output. */
const UNUSED = { kernel: [], stride: [], padding: [], dilation: [] } as const;
