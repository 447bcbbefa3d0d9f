import { ceil, floor, round, type roundingOps, sign, step, trunc } from "@unfoldjs/tensor-core";
import { elements, uniform } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { unaryCase, unaryIntegerCase } from "./broadcasting.ts";

/** At least a fifth from every whole number and every half: no difference step crosses a jump. */
const betweenJumps = uniform(1.15, 1.4);

const rest = {
  gradient: "first",
  rows: [
    {
      smooth: false,
      inputs: [{ shape: [11], draw: elements([0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, Infinity, -Infinity, 8388609, NaN]) }],
    },
  ],
} as const;

/** 0 of NaN, which is neither above 0 nor below. */
function signOf(x: number): number {
  return Number(x > 0) - Number(x < 0);
}

function roundHalfToEven(x: number): number {
  if (Math.abs(x % 1) !== 0.5) return Math.round(x);
  return 2 * Math.round(x / 2);
}

export const roundingCases: CasesOf<typeof roundingOps> = {
  sign: [unaryCase(betweenJumps, sign, signOf, rest), unaryIntegerCase(sign, Math.sign)],
  step: unaryCase(betweenJumps, step, (x) => (x > 0 ? 1 : 0), rest),
  floor: unaryCase(betweenJumps, floor, Math.floor, rest),
  ceil: unaryCase(betweenJumps, ceil, Math.ceil, rest),
  round: unaryCase(betweenJumps, round, roundHalfToEven, rest),
  trunc: unaryCase(betweenJumps, trunc, Math.trunc, rest),
};
