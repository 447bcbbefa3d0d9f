import { ceil, floor, round, type roundingOps, sign, step, trunc } from "@unfoldjs/tensor-core";
import { elements, real } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { unaryCase, unaryIntegerCase } from "./broadcasting.ts";

const rest = {
  gradient: { none: "the slope is 0 wherever there is one" },
  rows: [
    { inputs: [{ shape: [10], draw: elements([0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, Infinity, -Infinity, 8388609]) }] },
  ],
} as const;

function roundHalfToEven(x: number): number {
  if (Math.abs(x % 1) !== 0.5) return Math.round(x);
  return 2 * Math.round(x / 2);
}

export const roundingCases: CasesOf<typeof roundingOps> = {
  sign: [unaryCase(real, sign, Math.sign, rest), unaryIntegerCase(sign, Math.sign)],
  step: unaryCase(real, step, (x) => (x > 0 ? 1 : 0), rest),
  floor: unaryCase(real, floor, Math.floor, rest),
  ceil: unaryCase(real, ceil, Math.ceil, rest),
  round: unaryCase(real, round, roundHalfToEven, rest),
  trunc: unaryCase(real, trunc, Math.trunc, rest),
};
