import { ValueError, anyNumber, assertNumber, checkOptions } from "@unfoldjs/tensor-core";
import { assertSteps, cosinePi, type Schedule } from "./schedule.ts";

/** The defaults are PyTorch's, from Smith & Topin 2018. */
export interface OneCycleOptions {
  /** Length of the whole cycle. */
  readonly steps: number;
  /** Share of it in which the rate rises. Default 0.3. */
  readonly rise?: number;
  /** The first factor is 1 / this. Default 25. */
  readonly startDivisor?: number;
  /** The last factor is the first divided by this. Default 10⁴. */
  readonly endDivisor?: number;
}

/**
 * Up to 1 and down again, both along half a cosine wave: PyTorch's OneCycleLR, with the optimiser's learning rate as its
 * `max_lr` (Smith & Topin 2018).
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions("oneCycle", options, {
    steps: anyNumber,
    rise: anyNumber,
    startDivisor: aDivisor,
    endDivisor: aDivisor,
  });
  const { steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  assertSteps("oneCycle", steps);
  if (!(rise >= 0 && rise <= 1))
    throw new ValueError("oneCycle", { rise }, "rise is a share of the steps, from 0 to 1");
  const start = 1 / startDivisor;
  const top = rise * steps - 1;
  const last = steps - 1;
  return (step) => {
    if (step < top) return between(start, 1, step / top);
    return between(1, start / endDivisor, last > top ? Math.min((step - top) / (last - top), 1) : 1);
  };
}

function aDivisor(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (!(value > 0)) throw new ValueError(op, { [name]: value }, `${name} must be a number above 0`);
}

/** From `from` to `to` along half a cosine wave as `share` goes from 0 to 1. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cosinePi(share))) / 2;
}
