import type { AnyModule } from "@unfoldjs/nn";
import {
  fromArray,
  type Pair,
  pairOf,
  scope,
  ShapeError,
  type Sizes2d,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type Window, windowsIn, type WindowSizes } from "./windows.ts";

/** What is left of a picture behind a layer, and how much each of its pixels counts there. */
export interface PaddingRow {
  /** The layer's name: its class, or "window". */
  readonly layer: string;
  /** Rows and columns of its result. */
  readonly size: Sizes2d;
  /** Elements of the result that the pixel in the upper left corner has a part in. */
  readonly corner: number;
  /** Elements that the pixel in the middle has a part in. */
  readonly middle: number;
  /** Pixels that have a part in none: strides and uneven ends leave them out. */
  readonly unused: number;
  /** The same for each pixel, (height, width): a picture, once divided by its maximum. */
  readonly uses: Tensor<[number, number]>;
}

/**
 * The two reasons for padding, in numbers: how a picture shrinks from layer to layer, and how often each of its pixels is used:
 * how many elements behind the layer depend on it. Without padding a corner is in one window of 3 × 3, a pixel inside in nine. What stands
 * around the picture does not count as its pixels, whatever the padding's mode.
 *
 * @param size of the picture: rows and columns, up to 4096
 * @param layers one after the other, as `receptiveField` takes them: `Conv2d`, poolings, `Sequential`s, or windows as plain sizes
 * @returns a row for each window, in order
 * @throws ShapeError if a window is larger than what is left, ValueError on sizes and on layers that have no one window
 * @example paddingReport(6, [{ kernelSize: 3 }])[0] // size [4, 4], corner 1, middle 9
 */
export function paddingReport(size: Pair, layers: readonly (AnyModule | WindowSizes)[]): readonly PaddingRow[] {
  const [height, width] = pairOf("paddingReport", "size", size, 1);
  if (Math.max(height, width) > MOST) throw new ValueError("paddingReport", { size }, `size must be ${MOST} at most`);
  const windows = windowsIn("paddingReport", layers);
  return scope(() => {
    // Windows are rectangles: an element depends on a pixel if its row does on the pixel's and its column on the pixel's.
    let [rows, columns] = [eachItself(height), eachItself(width)];
    return windows.map(([layer, window]): PaddingRow => {
      rows = behind(rows, window, 0, layer);
      columns = behind(columns, window, 1, layer);
      return rowOf(layer, rows, columns, height, width);
    });
  });
}

/** A row of pixels for each element costs the square of it. */
const MOST = 4096;

/** Of each element along an axis, the pixels on which it depends, as zeros and ones. */
type Dependence = readonly Uint8Array[];

function eachItself(size: number): Dependence {
  return Array.from({ length: size }, (_, at) => new Uint8Array(size).fill(1, at, at + 1));
}

function behind(inputs: Dependence, window: Window, axis: 0 | 1, layer: string): Dependence {
  const [kernel, stride, dilation] = [window.kernel[axis], window.stride[axis], window.dilation[axis]];
  const before = window.before[axis];
  const count = outputs(inputs.length, window, axis, layer);
  const pixels = inputs[0]?.length ?? 0;
  return Array.from({ length: count }, (_, output) => {
    const depends = new Uint8Array(pixels);
    for (let at = 0; at < kernel; at++) {
      const input = inputs[output * stride + at * dilation - before];
      if (input === undefined) continue; // padding
      for (let pixel = 0; pixel < pixels; pixel++) if (input[pixel] === 1) depends[pixel] = 1;
    }
    return depends;
  });
}

function outputs(size: number, window: Window, axis: 0 | 1, layer: string): number {
  const [before, after, stride] = [window.before[axis], window.after[axis], window.stride[axis]];
  const span = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
  const padded = size + before + after;
  const steps = (padded - span) / stride;
  const most = (window.ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (most < 1) {
    throw new ShapeError(
      "paddingReport",
      { layers: layer, [axis === 0 ? "rows" : "columns"]: size, padded, span },
      "a window must fit in what is left of the picture, with its padding",
      "use a larger size, or more padding",
    );
  }
  // As PyTorch: a window that hangs over the end counts, one that starts behind it does not.
  return window.ceilMode && (most - 1) * stride >= size + before ? most - 1 : most;
}

function rowOf(layer: string, rows: Dependence, columns: Dependence, height: number, width: number): PaddingRow {
  const [down, across] = [usesOf(rows, height), usesOf(columns, width)];
  const uses = new Float32Array(height * width);
  for (let at = 0; at < uses.length; at++) uses[at] = (down[Math.floor(at / width)] ?? 0) * (across[at % width] ?? 0);
  return {
    layer,
    size: [rows.length, columns.length],
    corner: uses[0] ?? 0,
    middle: uses[Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2)] ?? 0,
    unused: uses.reduce((count, use) => (use === 0 ? count + 1 : count), 0),
    uses: fromArray(uses, [height, width]),
  };
}

/** Elements along an axis that depend on each pixel. */
function usesOf(elements: Dependence, size: number): Float64Array {
  const uses = new Float64Array(size);
  for (const pixels of elements) for (let at = 0; at < size; at++) uses[at] = (uses[at] ?? 0) + (pixels[at] ?? 0);
  return uses;
}
