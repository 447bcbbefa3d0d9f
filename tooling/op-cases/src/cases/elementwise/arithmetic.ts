import {
  add,
  type arithmeticOps,
  clamp,
  div,
  DTypeError,
  maximum,
  minimum,
  mul,
  pow,
  sub,
} from "@unfoldjs/tensor-core";
import { awayFromZero, distinct, type Draw, elements, integers, positive, real, truth } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { type Exact, map } from "../../reference/exact.ts";
import { binaryCase, binaryIntegerCase, SPECIAL } from "./broadcasting.ts";

const special = {
  inputs: [
    { shape: [11], draw: elements(SPECIAL) },
    { shape: [11], draw: elements(SPECIAL.toReversed()) },
  ],
  smooth: false,
} as const;

/** Modulo 2³²; PyTorch's for exponents below 0. */
function wholePower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? 1 - 2 * Math.abs(exponent % 2) : 0;
  let power = 1;
  for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = Math.imul(power, square);
    square = Math.imul(square, square);
  }
  return power;
}

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
      empty: [{ inputs: [[3, 0]], attributes: { exponent: 2 } }],
    }),
    binaryIntegerCase((a, b) => pow(a, b), wholePower),
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
  clamp: [
    opCase<readonly [Draw<"f32">], Limits>({
      draws: [distinct()],
      call: ([x], { low, high }) => clamp(x, low, high),
      reference: ([x], limits) => limited(x, limits),
      gradient: "second",
      rows: [
        { inputs: [[4, 5]], attributes: { low: -0.5, high: 0.5 } },
        { inputs: [[4, 5]], attributes: { low: 0 } },
        { inputs: [[4, 5]], attributes: { high: 0.3 } },
        { inputs: [[4, 5]], attributes: {} },
        { inputs: [{ shape: [11], draw: elements(SPECIAL) }], attributes: { low: -1, high: 1 }, smooth: false },
      ],
      empty: [
        { inputs: [[0]], attributes: { low: 0 } },
        { inputs: [[2, 0]], attributes: {} },
      ],
      errors: [
        { inputs: [{ shape: [3], draw: truth }], attributes: {}, throws: DTypeError, message: /takes f32 and i32/ },
      ],
      speed: [{ inputs: [[512, 512]], attributes: { low: -1, high: 1 } }],
    }),
    opCase<readonly [Draw<"i32">], Limits>({
      variant: "i32",
      draws: [integers(-50, 50)],
      call: ([x], { low, high }) => clamp(x, low, high),
      reference: ([x], limits) => limited(x, limits),
      gradient: { none: "whole numbers" },
      rows: [
        { inputs: [[3, 7]], attributes: { low: -10, high: 20 } },
        { inputs: [[3, 7]], attributes: { high: 20 } },
      ],
      empty: [{ inputs: [[0, 7]], attributes: { high: 20 } }],
    }),
  ],
};

interface Limits {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

function limited(x: Exact, { low = -Infinity, high = Infinity }: Limits): Exact {
  return map(x, (value) => Math.min(Math.max(value, low), high));
}
