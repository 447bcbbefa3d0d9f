import type { SparseRows } from "../ops/gather/resample.ts";

/** What is between two pixels. */
export type AxisMode = "nearest" | "nearest-exact" | "linear" | "cubic" | "area";

/** An axis of `size` elements that becomes one of `output`. */
export interface Resampling {
  readonly size: number;
  readonly output: number;
  /** How many elements of the result there are for one, where the size follows from it; undefined: output / size. */
  readonly factor: number | undefined;
  readonly alignCorners: boolean;
  readonly antialias: boolean;
}

/** The sums that make an axis. PyTorch's, in f32 where it rounds coordinates to f32. */
export function sumsOf(mode: Exclude<AxisMode, "nearest" | "nearest-exact">, axis: Resampling): SparseRows {
  if (mode === "area") return gathered(axis, (i) => windowOf(i, axis));
  const support = mode === "cubic" ? 2 : 1;
  if (axis.antialias) return antialiased(support, axis);
  const scale = scaleOf(axis);
  const offset = axis.alignCorners ? 0 : 0.5;
  return gathered(axis, (i) => {
    const at = Math.fround(Math.fround(scale * (i + offset)) - offset);
    const source = mode === "linear" ? Math.max(0, at) : at;
    const first = Math.floor(source);
    const taps = Array.from({ length: 2 * support }, (_, tap) => first + 1 - support + tap);
    const kernel = mode === "linear" ? triangle : (distance: number) => cubic(distance, -0.75);
    return taps.map((place) => [Math.min(Math.max(place, 0), axis.size - 1), kernel(place - source)] as const);
  });
}

/** How far it is from one element of the result to the next, in elements of x. */
function scaleOf({ size, output, factor, alignCorners }: Resampling): number {
  if (alignCorners) return output > 1 ? Math.fround((size - 1) / (output - 1)) : 0;
  return Math.fround(factor === undefined ? size / output : 1 / factor);
}

/** The element that each of an axis is. PyTorch's, in f32 as there, so that it is the same one. */
export function nearestOf(mode: "nearest" | "nearest-exact", axis: Resampling): Int32Array {
  const scale = scaleOf({ ...axis, alignCorners: false });
  const offset = mode === "nearest" ? 0 : 0.5;
  const place = (_: unknown, i: number): number =>
    Math.min(Math.floor(Math.fround((i + offset) * scale)), axis.size - 1);
  return Int32Array.from({ length: axis.output }, place);
}

type Tap = readonly [place: number, weight: number];

/** The mean of window i, from ⌊i·size/output⌋ to ⌈(i+1)·size/output⌉, as adaptive pooling has it. */
function windowOf(i: number, { size, output }: Resampling): readonly Tap[] {
  const start = Math.floor((i * size) / output);
  const count = Math.ceil(((i + 1) * size) / output) - start;
  return Array.from({ length: count }, (_, tap) => [start + tap, 1 / count] as const);
}

/** The kernel made as wide as what one element of the result covers, as PIL does; weights add up to 1. */
function antialiased(reach: number, axis: Resampling): SparseRows {
  const scale = scaleOf(axis);
  const stretch = Math.max(scale, 1);
  const kernel = reach === 1 ? triangle : (distance: number) => cubic(distance, -0.5);
  return gathered(axis, (i) => {
    const centre = scale * (i + 0.5);
    const start = Math.max(Math.trunc(centre - reach * stretch + 0.5), 0);
    const stop = Math.min(Math.trunc(centre + reach * stretch + 0.5), axis.size);
    const weights = Array.from({ length: stop - start }, (_, tap) => kernel((tap + start - centre + 0.5) / stretch));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight, tap) => [start + tap, sum === 0 ? weight : weight / sum] as const);
  });
}

function triangle(distance: number): number {
  return Math.max(0, 1 - Math.abs(distance));
}

/** Keys 1981, eq. 4, whose a is −1/2; −3/4 is what OpenCV and PyTorch use. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** Lists of taps, one for each element of the result, as sparse rows. */
function gathered({ size, output }: Resampling, taps: (i: number) => readonly Tap[]): SparseRows {
  const rows = Array.from({ length: output }, (_, i) => taps(i).filter(([, weight]) => weight !== 0));
  const starts = new Int32Array(output + 1);
  for (const [i, row] of rows.entries()) starts[i + 1] = (starts[i] ?? 0) + row.length;
  const all = rows.flat();
  return {
    size,
    starts,
    places: Int32Array.from(all, ([place]) => place),
    weights: Float32Array.from(all, ([, weight]) => weight),
  };
}
