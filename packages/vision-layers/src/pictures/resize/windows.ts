import { KERNELS, type ResizeFilter } from "./filters.ts";

/** For each pixel of the result along an axis: the first pixel that it is made of, and the weights of that and those after it. */
export interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * The kernel laid over an axis, made as wide as what a pixel of the result covers where the axis gets shorter: PIL's
 * `precompute_coeffs`, in its order of additions.
 */
export function windowsOf(filter: Exclude<ResizeFilter, "nearest">, size: number, output: number): readonly Window[] {
  const { reach, at } = KERNELS[filter];
  const scale = size / output;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  const shrink = 1 / stretch;
  return Array.from({ length: output }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(size, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: last - first }, (_each, x) => at((x + first - centre + 0.5) * shrink));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: sum === 0 ? weights : weights.map((weight) => weight / sum) };
  });
}

/** Which pixel is the nearest to each of the result: PIL adds the scale up, and so does this. */
export function nearestOf(size: number, output: number): Int32Array {
  const scale = size / output;
  let place = scale * 0.5;
  const places = new Int32Array(output);
  for (let i = 0; i < output; i++, place += scale) places[i] = Math.min(size - 1, Math.floor(place));
  return places;
}
