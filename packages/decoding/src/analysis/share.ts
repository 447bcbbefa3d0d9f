/** A fraction with the interval in which it would lie for many more examples. */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** NaN of nothing. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The standard normal distribution's 97.5 %. */
const Z = 1.959963984540054;

/** A share with its 95 % interval (Wilson 1927), which holds for few examples and shares near 0 and 1 too. */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, share: NaN, low: 0, high: 1 };
  const share = count / of;
  const scale = 1 + Z ** 2 / of;
  const centre = (share + Z ** 2 / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { count, of, share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
