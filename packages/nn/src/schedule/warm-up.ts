import { assertSteps, type Schedule } from "./schedule.ts";

/**
 * Rises along a straight line for `steps` steps, then follows `next`, which counts its steps from there. The first step
 * is 1 / steps, not 0.
 */
export function warmUp({ steps, next = () => 1 }: { steps: number; next?: Schedule }): Schedule {
  assertSteps("warmUp", steps);
  return (step) => (step < steps ? ((step + 1) / steps) * next(0) : next(step - steps));
}
