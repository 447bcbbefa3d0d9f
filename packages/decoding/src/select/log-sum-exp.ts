/** True for a number that a log-probability can be: no NaN, and not +∞. */
export function isPossible(logProbability: number): boolean {
  return logProbability < Infinity;
}

/** log Σ exp(x), without overflow; −∞ where all are. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let at = 0; at < values.length; at++) if ((values[at] as number) > largest) largest = values[at] as number;
  if (largest === -Infinity || largest === Infinity) return largest;
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += Math.exp((values[at] as number) - largest);
  return largest + Math.log(sum);
}

/** The log-probabilities that logits stand for; as they are where all are −∞. */
export function normalisedRow(values: Float32Array): Float32Array {
  const total = logSumExp(values);
  return total === -Infinity ? values : values.map((value) => value - total);
}

/** How far down probabilities are looked up, in nats, and in how many steps of a nat: they are told to within one step. */
const [DEPTH, STEPS] = [40, 64];
let lookup: Float64Array | undefined;

/**
 * Whether log Σ exp(x) is within `tolerance` of 0, for log-probabilities: a quick look that may say no where it is hardly so, and
 * passes over NaN.
 */
export function isSurelyNearOne(values: Float32Array, tolerance: number): boolean {
  // The middle of each step, so that each probability is wrong by half a step at most, and so is the logarithm of their sum.
  lookup ??= Float64Array.from({ length: DEPTH * STEPS }, (_, step) => Math.exp(-(step + 0.5) / STEPS));
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value > 0) return false;
    if (value > -DEPTH) sum += lookup[Math.trunc(-STEPS * value)] as number;
  }
  return Math.abs(Math.log(sum)) < tolerance - 1 / STEPS; // a half of the margin is for what is below the depth
}
