import { anyNumber, assertFunction, checkOptions } from "@unfoldjs/tensor-core";
import { assertSteps, type Schedule } from "./schedule.ts";

/**
 * Rises along a straight line for `steps` steps, then follows `next`, which counts its steps from there. The first step
 * is 1 / steps, not 0.
 */
export function warmUp(options: { steps: number; next?: Schedule }): Schedule {
  checkOptions("warmUp", options, { steps: anyNumber, next: assertFunction });
  const { steps, next = () => 1 } = options;
  assertSteps("warmUp", steps);
  return (step) => (step < steps ? ((step + 1) / steps) * next(0) : next(step - steps));
}
