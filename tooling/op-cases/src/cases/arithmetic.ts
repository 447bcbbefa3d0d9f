import { add, type arithmeticOps, div, maximum, minimum, mul, pow, sub } from "@unfoldjs/tensor-core";
import { awayFromZero, distinct, elements, positive, real } from "../draw.ts";
import { type CasesOf, opCase } from "../op-case.ts";
import { map } from "../reference/exact.ts";
import { binaryCase, binaryIntegerCase, SPECIAL } from "./elementwise.ts";

const special = {
  inputs: [
    { shape: [11], draw: elements(SPECIAL) },
    { shape: [11], draw: elements(SPECIAL.toReversed()) },
  ],
  smooth: false,
} as const;

export const arithmeticCases: CasesOf<typeof arithmeticOps> = {
  add: [
    binaryCase(
      [real, real],
      (a, b) => add(a, b),
      (a, b) => a + b,
      { rows: [special] },
    ),
    binaryIntegerCase(
      (a, b) => add(a, b),
      (a, b) => a + b,
    ),
  ],
  sub: [
    binaryCase(
      [real, real],
      (a, b) => sub(a, b),
      (a, b) => a - b,
      { rows: [special] },
    ),
    binaryIntegerCase(
      (a, b) => sub(a, b),
      (a, b) => a - b,
    ),
  ],
  mul: [
    binaryCase(
      [real, real],
      (a, b) => mul(a, b),
      (a, b) => a * b,
      { rows: [special] },
    ),
    binaryIntegerCase(
      (a, b) => mul(a, b),
      (a, b) => a * b,
    ),
  ],
  div: binaryCase(
    [real, positive],
    (a, b) => div(a, b),
    (a, b) => a / b,
    { rows: [special] },
  ),
  pow: [
    binaryCase([positive, real], (a, b) => pow(a, b), Math.pow),
    opCase({
      variant: "of a number",
      draws: [awayFromZero],
      call: ([a], { exponent }) => a.pow(exponent),
      reference: ([a], { exponent }) => map(a, (x) => x ** exponent),
      gradient: "second",
      rows: [
        { inputs: [[3, 5]], attributes: { exponent: 2 } },
        { inputs: [[3, 5]], attributes: { exponent: 3 } },
        { inputs: [[3, 5]], attributes: { exponent: -1 } },
        { inputs: [{ shape: [4], draw: positive }], attributes: { exponent: 0.5 } },
        { inputs: [{ shape: [4], draw: elements([0, 1, 2, 3]) }], attributes: { exponent: 2 } },
      ],
    }),
  ],
  maximum: [
    binaryCase(
      [distinct(), distinct(0.05)],
      (a, b) => maximum(a, b),
      (a, b) => Math.max(a, b),
      { rows: [special] },
    ),
    binaryIntegerCase(
      (a, b) => maximum(a, b),
      (a, b) => Math.max(a, b),
    ),
  ],
  minimum: [
    binaryCase(
      [distinct(), distinct(0.05)],
      (a, b) => minimum(a, b),
      (a, b) => Math.min(a, b),
      { rows: [special] },
    ),
    binaryIntegerCase(
      (a, b) => minimum(a, b),
      (a, b) => Math.min(a, b),
    ),
  ],
};
