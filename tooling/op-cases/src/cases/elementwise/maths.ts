import {
  abs,
  atan2,
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  type mathsOps,
  neg,
  reciprocal,
  rsqrt,
  sin,
  sqrt,
  square,
} from "@unfoldjs/tensor-core";
import { awayFromZero, elements, positive, real, uniform } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { errorFunction } from "../../reference/maths.ts";
import { binaryCase, SPECIAL, unaryCase, unaryIntegerCase } from "./broadcasting.ts";

const special = { rows: [{ inputs: [{ shape: [11], draw: elements(SPECIAL) }], smooth: false }] } as const;
/** Radians beyond one turn, of either sign. */
const turns = { rows: [{ inputs: [{ shape: [64], draw: uniform(-40, 40) }], smooth: false }] } as const;

export const mathsCases: CasesOf<typeof mathsOps> = {
  neg: [unaryCase(real, neg, (x) => -x, special), unaryIntegerCase(neg, (x) => -x)],
  abs: [unaryCase(awayFromZero, abs, Math.abs, special), unaryIntegerCase(abs, Math.abs)],
  square: [unaryCase(real, square, (x) => x * x, special), unaryIntegerCase(square, (x) => x * x)],
  sqrt: unaryCase(positive, sqrt, Math.sqrt, special),
  rsqrt: unaryCase(positive, rsqrt, (x) => 1 / Math.sqrt(x)),
  reciprocal: unaryCase(awayFromZero, reciprocal, (x) => 1 / x, special),
  exp: unaryCase(real, exp, Math.exp, special),
  expm1: unaryCase(real, expm1, Math.expm1, special),
  log: unaryCase(positive, log, Math.log, special),
  log1p: unaryCase(positive, log1p, Math.log1p, special),
  sin: unaryCase(real, sin, Math.sin, turns),
  cos: unaryCase(real, cos, Math.cos, turns),
  // Away from the origin, and from where the angle goes from −π to π.
  atan2: binaryCase([awayFromZero, real], (y, x) => atan2(y, x), Math.atan2, {
    rows: [
      {
        inputs: [
          { shape: [11, 1], draw: elements(SPECIAL) },
          { shape: [11], draw: elements(SPECIAL) },
        ],
        smooth: false,
      },
    ],
  }),
  erf: unaryCase(real, erf, errorFunction, special),
};
