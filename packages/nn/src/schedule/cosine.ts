import { anyNumber, checkOptions } from "@unfoldjs/tensor-core";
import { assertSteps, cosinePi, type Schedule, assertFactor } from "./schedule.ts";

/**
 * From 1 down to `floor` along half a cosine wave, and `floor` from then on (Loshchilov & Hutter 2017, eq. 5).
 * @param steps length of the descent
 */
export function cosineAnnealing(options: { steps: number; floor?: number }): Schedule {
  checkOptions("cosineAnnealing", options, { steps: anyNumber, floor: assertFactor });
  const { steps, floor = 0 } = options;
  assertSteps("cosineAnnealing", steps);
  return (step) => floor + ((1 - floor) * (1 + cosinePi(Math.min(step / steps, 1)))) / 2;
}
