/** How much of the last losses a smoothed loss still holds: those of single batches jump about. */
const SMOOTHING = 0.9;

/** Losses as their curve has them: an exponential mean over the steps before. */
export function smoothed(losses: readonly number[]): number[] {
  let held = losses[0] ?? 0;
  return losses.map((loss) => (held = SMOOTHING * held + (1 - SMOOTHING) * loss));
}
