import { assertSteps, type Schedule } from "./schedule.ts";

/**
 * Rises along a straight line for `steps` steps, then follows `then`, which counts its steps from there. The first step
 * is 1 / steps, not 0.
 */
export function warmUp({ steps, then = () => 1 }: { steps: number; then?: Schedule }): Schedule {
  assertSteps("warmUp", steps);
  return (step) => (step < steps ? ((step + 1) / steps) * then(0) : then(step - steps));
}
