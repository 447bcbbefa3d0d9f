import { writePoolingFrame } from "../../../wasm/frames.js";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { heapI32 } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { type Pair, pairOf, type Sizes2d, windowCount } from "../convolution/windows.ts";

export interface MaxPoolOptions {
  /** Rows and columns of a window. */
  readonly kernel: Pair;
  /** Distance between two windows. Default: the window's size, so that they do not overlap. */
  readonly stride?: Pair;
  /** −∞ (for averages 0) around the image, at most half a window. Default 0. */
  readonly padding?: Pair;
  /** Distance between two elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Whether a last window may reach beyond the edge, as long as it begins before it. Default false. */
  readonly ceilMode?: boolean;
}

export interface AvgPoolOptions extends Omit<MaxPoolOptions, "dilation"> {
  /** Whether the zeros around count as elements. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by instead of the number of elements. */
  readonly divisorOverride?: number;
}

/** Where the windows of a pooling lie. */
export type Windows =
  | {
      readonly kind: "sliding";
      readonly kernel: Sizes2d;
      readonly stride: Sizes2d;
      readonly padding: Sizes2d;
      readonly dilation: Sizes2d;
      readonly ceilMode: boolean;
    }
  | { readonly kind: "adaptive"; readonly output: Sizes2d };

/** @throws ValueError if an option makes no sense */
export function slidingWindows(op: string, options: MaxPoolOptions): Windows {
  const kernel = pairOf(op, "kernel", options.kernel, 1);
  const padding = pairOf(op, "padding", options.padding ?? 0, 0);
  if (padding[0] * 2 > kernel[0] || padding[1] * 2 > kernel[1]) {
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
    stride: pairOf(op, "stride", options.stride ?? kernel, 1),
    dilation: pairOf(op, "dilation", options.dilation ?? 1, 1),
    ceilMode: options.ceilMode ?? false,
  };
}

/** @throws ValueError unless sizes are whole numbers from 1 up */
export function adaptiveWindows(op: string, outputSize: Pair): Windows {
  return { kind: "adaptive", output: pairOf(op, "outputSize", outputSize, 1) };
}

/** The shape of the pooled images. @throws ShapeError if a window does not fit */
export function pooledShape(op: string, shape: Shape, windows: Windows): Shape {
  const [batch, channels, height, width] = axes(op, shape, "batch channels height width");
  // Also not where padding alone would fill a window.
  if (height === 0 || width === 0)
    throw new ShapeError(op, { shape }, "there is nothing to choose from in an empty image");
  if (windows.kind === "sliding") {
    return [batch, channels, slidingCount(op, shape, 0, windows), slidingCount(op, shape, 1, windows)];
  }
  return [batch, channels, ...windows.output];
}

function slidingCount(op: string, shape: Shape, axis: 0 | 1, windows: Windows & { readonly kind: "sliding" }): number {
  const [kernel, stride, padding, dilation] = [
    windows.kernel[axis],
    windows.stride[axis],
    windows.padding[axis],
    windows.dilation[axis],
  ];
  const whole = windowCount(op, shape, axis === 0 ? 2 : 3, { kernel, stride, padding: [padding, padding], dilation });
  const size = shape[axis + 2] ?? 0;
  const leavesSome = (size + 2 * padding - dilation * (kernel - 1) - 1) % stride !== 0;
  // A window that would begin behind the image is left out, as in PyTorch.
  return windows.ceilMode && leavesSome && whole * stride < size + padding ? whole + 1 : whole;
}

/** @param x the images @param out the pooled ones */
export function writePooling(x: Shape, out: Shape, windows: Windows): void {
  const [batch = 0, channels = 0, height = 0, width = 0] = x;
  const { kernel, stride, padding, dilation } = windows.kind === "sliding" ? windows : ADAPTIVE;
  writePoolingFrame(heapI32(), frameStart(), {
    planes: batch * channels,
    image: [1, height, width],
    output: [1, out[2] ?? 0, out[3] ?? 0],
    adaptive: windows.kind === "adaptive" ? 1 : 0,
    kernel: [1, ...kernel],
    stride: [1, ...stride],
    padding: [0, ...padding],
    dilation: [1, ...dilation],
  });
}

const ADAPTIVE = { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] } as const;
