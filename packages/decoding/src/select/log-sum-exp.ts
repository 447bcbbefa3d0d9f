/** log Σ exp(x), without overflow; −∞ where all are. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let at = 0; at < values.length; at++) if ((values[at] as number) > largest) largest = values[at] as number;
  if (largest === -Infinity || largest === Infinity) return largest;
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += Math.exp((values[at] as number) - largest);
  return largest + Math.log(sum);
}

/** Makes log-probabilities of logits, in place. */
export function normaliseRow(values: Float32Array): void {
  const total = logSumExp(values);
  if (total === -Infinity) return;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) - total;
}
