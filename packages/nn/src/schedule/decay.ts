import { assertSteps, type Schedule } from "./schedule.ts";

/** Multiplied by `factor` after every `every` steps: PyTorch's StepLR. */
export function stepDecay({ every, factor = 0.1 }: { every: number; factor?: number }): Schedule {
  assertSteps("stepDecay", every);
  return (step) => {
    let scale = 1;
    for (let done = every; done <= step; done += every) scale *= factor;
    return scale;
  };
}

/** From 1 down to `floor` along a straight line, and `floor` from then on. */
export function linearDecay({ steps, floor = 0 }: { steps: number; floor?: number }): Schedule {
  assertSteps("linearDecay", steps);
  return (step) => 1 - (1 - floor) * Math.min(step / steps, 1);
}
