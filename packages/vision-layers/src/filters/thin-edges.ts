import type { PlaneGradient } from "./plane.ts";

/**
 * Edges of one pixel's width: a magnitude stays where it is at least `low`, and nowhere smaller than on the two sides of it
 * along the gradient, between whose pixels it is interpolated. All others, and those of the border, are 0.
 */
export function thinned({ down, right, magnitude, height, width }: PlaneGradient, low: number): Float64Array {
  const out = new Float64Array(magnitude.length);
  const least = Math.max(Math.fround(low), NONE); // scikit-image keeps this threshold, and no other number, in single precision
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      const size = magnitude[at] ?? 0;
      if (size < least) continue;
      const [fall, rise] = [down[at] ?? 0, right[at] ?? 0];
      const [vertical, horizontal] = [fall > 0 ? width : -width, rise > 0 ? 1 : -1];
      // The gradient's line leaves the ring of neighbours between the diagonal one and the one that it is steeper towards.
      const [straight, share] =
        Math.abs(fall) > Math.abs(rise)
          ? [vertical, Math.abs(rise) / Math.abs(fall)]
          : [horizontal, Math.abs(fall) / Math.abs(rise)];
      const diagonal = vertical + horizontal;
      const between = (side: 1 | -1): number =>
        (magnitude[at + side * diagonal] ?? 0) * share + (magnitude[at + side * straight] ?? 0) * (1 - share);
      if (between(1) <= size && between(-1) <= size) out[at] = size;
    }
  }
  return out;
}

/** Below this a gradient is none, whatever the threshold. */
const NONE = 1e-14;

/** Those of some thinned edges that touch one of at least `high`, with corners too, by themselves or through others: 1, else 0. */
export function connected(edges: Float64Array, high: number, width: number): Uint8Array {
  const out = new Uint8Array(edges.length);
  const open: number[] = [];
  for (let at = 0; at < edges.length; at++) {
    const size = edges[at] ?? 0;
    if (size > 0 && size >= high) {
      out[at] = 1;
      open.push(at);
    }
  }
  const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const step of around) {
      const next = at + step; // the border holds no edges, so that this never comes out on the other side
      if (out[next] === 1 || (edges[next] ?? 0) === 0) continue;
      out[next] = 1;
      open.push(next);
    }
  }
  return out;
}
