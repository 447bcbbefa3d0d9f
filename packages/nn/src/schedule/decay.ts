import { anyNumber, checkOptions } from "@unfoldjs/tensor-core";
import { assertSteps, type Schedule, assertFactor } from "./schedule.ts";

/** Multiplied by `factor` after every `every` steps: PyTorch's StepLR. */
export function stepDecay(options: { every: number; factor?: number }): Schedule {
  checkOptions("stepDecay", options, { every: anyNumber, factor: assertFactor });
  const { every, factor = 0.1 } = options;
  assertSteps("stepDecay", every, "every");
  return (step) => {
    let scale = 1;
    for (let done = every; done <= step; done += every) scale *= factor;
    return scale;
  };
}

/** From 1 down to `floor` along a straight line, and `floor` from then on. */
export function linearDecay(options: { steps: number; floor?: number }): Schedule {
  checkOptions("linearDecay", options, { steps: anyNumber, floor: assertFactor });
  const { steps, floor = 0 } = options;
  assertSteps("linearDecay", steps);
  return (step) => 1 - (1 - floor) * Math.min(step / steps, 1);
}
