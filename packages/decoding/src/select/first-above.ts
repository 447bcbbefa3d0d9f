/** Values that are looked at together: nearly all are below what is looked for. */
export const TOGETHER = 8;

/**
 * Where the first eight values begin, from `from` on, of which one is above `limit` or NaN, which compares with nothing; or what is
 * left of them at the end.
 */
export function firstAbove(values: Float32Array, from: number, limit: number): number {
  const last = values.length - TOGETHER;
  let at = from;
  while (
    at <= last &&
    (values[at] as number) <= limit &&
    (values[at + 1] as number) <= limit &&
    (values[at + 2] as number) <= limit &&
    (values[at + 3] as number) <= limit &&
    (values[at + 4] as number) <= limit &&
    (values[at + 5] as number) <= limit &&
    (values[at + 6] as number) <= limit &&
    (values[at + 7] as number) <= limit
  ) {
    at += TOGETHER;
  }
  return at;
}
