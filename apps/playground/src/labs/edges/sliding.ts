import { type Fields, number, oneOf } from "../../frame/address.ts";

/** How a filter slides over a square picture. */
export interface Layout {
  /** Rows and columns of the picture. */
  readonly n: number;
  /** Rows and columns of the filter. */
  readonly f: number;
  /** Rings of zeros around the picture. */
  readonly p: number;
  /** Pixels from one window to the next. */
  readonly s: number;
  /** Pixels from one weight to the next. */
  readonly d: number;
}

export const SIZES = [4, 5, 6, 7, 8] as const;
export const FILTER_SIDES = [1, 2, 3, 4, 5] as const;
export const PADDINGS = [0, 1, 2, 3] as const;
export const STRIDES = [1, 2, 3] as const;
export const DILATIONS = [1, 2] as const;

export const layoutFields: Fields<Layout> = {
  n: oneOf<number>(6, SIZES),
  f: oneOf<number>(3, FILTER_SIDES),
  p: oneOf<number>(0, PADDINGS),
  s: oneOf<number>(1, STRIDES),
  d: oneOf<number>(1, DILATIONS),
};

/** The largest picture with the most padding under a filter of one. */
const MOST_WINDOWS = (8 + 2 * 3) ** 2;
export const windowField = number(0, { min: 0, max: MOST_WINDOWS - 1, whole: true });

/** Rows and columns from a window's first weight to its last: f, if nothing lies between them. */
export function reachOf({ f, d }: Layout): number {
  return d * (f - 1) + 1;
}

/** Rows and columns of what comes out, ⌊(n + 2p − f) / s⌋ + 1; 0 if not one window fits. */
export function outputSide(layout: Layout): number {
  const room = layout.n + 2 * layout.p - reachOf(layout);
  return room < 0 ? 0 : Math.floor(room / layout.s) + 1;
}

/** Rows and columns at the end that no window comes to, since the stride steps over them. */
export function leftOver(layout: Layout): number {
  return outputSide(layout) === 0 ? 0 : (layout.n + 2 * layout.p - reachOf(layout)) % layout.s;
}

/** The padding after which a picture is as large as before, with a stride of 1; undefined for a filter without a middle. */
export function samePadding(layout: Layout): number | undefined {
  const around = reachOf(layout) - 1;
  return around % 2 === 0 ? around / 2 : undefined;
}

/** How many such layers follow on one another until no window fits; Infinity if there is always room for one more. */
export function layersOf(layout: Layout): number {
  let [n, layers] = [layout.n, 0];
  while (true) {
    const next = outputSide({ ...layout, n });
    if (next === 0) return layers;
    if (next >= n) return Infinity;
    [n, layers] = [next, layers + 1];
  }
}

/** The least padding with which a window fits. */
export function enoughPadding(layout: Layout): number {
  return Math.max(0, Math.ceil((reachOf(layout) - layout.n) / 2));
}

/** The picture: the left half bright, the right half dark. (n, n), row by row */
export function halves(n: number): number[] {
  return Array.from({ length: n * n }, (_, i) => (i % n < n / 2 ? BRIGHT : 0));
}

export const BRIGHT = 10;

/** A filter that finds where the left is brighter: Prewitt's, in any size. (f, f), row by row */
export function verticalFilter(f: number): number[] {
  if (f === 1) return [1];
  return Array.from({ length: f * f }, (_, i) => Math.sign(f - 1 - 2 * (i % f)));
}
