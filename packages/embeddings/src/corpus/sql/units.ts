import { ValueError } from "@unfoldjs/tensor-core";

/** Beyond it lcm(1…window) leaves too little of 63 bits for counts. */
const WIDEST = 20;
const MOST = 2n ** 63n - 1n;

/**
 * What a pair that stands next to each other counts, so that a pair d words apart counts a whole number, unit / d: the least
 * common multiple of 1…window (2520 for 10). Sums of whole numbers are exact and have no order, so counts of all engines are equal.
 * @throws ValueError if the window is too wide
 */
export function unitOf(op: string, window: number): number {
  if (window > WIDEST) {
    throw new ValueError(op, { window }, `windows are at most ${WIDEST} words: whole numbers would not fit`);
  }
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let unit = 1;
  for (let distance = 2; distance <= window; distance++) unit = (unit / divisor(unit, distance)) * distance;
  return unit;
}

/**
 * Refuses counts that could pass 63 bits, before ClickHouse, which does not notice, adds them: a word stands in at most
 * 2 Σ 1/d pairs each time that it comes, twice that if all are with itself.
 * @throws ValueError
 */
export function assertFits(op: string, window: number, mostFrequent: number): void {
  const unit = unitOf(op, window);
  let each = 0n;
  for (let distance = 1; distance <= window; distance++) each += BigInt(unit / distance);
  if (2n * each * BigInt(mostFrequent) <= MOST) return;
  throw new ValueError(
    op,
    { window, "count of the most frequent word": mostFrequent },
    "sums of its pairs may not fit in 63 bits",
    "a smaller window: 16 takes a hundredth of what 20 takes",
  );
}
