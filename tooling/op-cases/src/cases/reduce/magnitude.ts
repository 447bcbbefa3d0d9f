import { DTypeError, magnitude, type magnitudeOps, ShapeError } from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { reduce } from "../../reference/reduce.ts";

/** The largest power of two that is not above the largest, found by doubling and halving 1. */
function powerOfTwoIn(values: readonly number[]): number {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (!(largest > 0 && largest < Infinity)) return 1;
  let power = 1;
  while (power > largest) power /= 2;
  while (power * 2 <= largest) power *= 2;
  return power;
}

const far = elements([1e-45, 0, -3e38, 1e20, 0, Infinity, 1, NaN, -1e-25, 5]);

export const magnitudeCases: CasesOf<typeof magnitudeOps> = {
  magnitude: opCase({
    draws: [real],
    call: ([x], { axes, keepDims }) => magnitude(x, axes, keepDims),
    reference: ([x], { axes, keepDims }) => reduce(x, { axes, keepDims }, powerOfTwoIn),
    gradient: { none: "constant but for steps" },
    rows: [
      { inputs: [[3, 5]], attributes: { axes: [1], keepDims: false } },
      { inputs: [[3, 5]], attributes: { axes: [0], keepDims: true } },
      { inputs: [[2, 3, 40]], attributes: { axes: [0, 2], keepDims: true } },
      { inputs: [[3, 5]], attributes: { axes: [], keepDims: false } },
      { inputs: [{ shape: [5, 2], draw: far }], attributes: { axes: [1], keepDims: false } },
      { inputs: [{ shape: [10], draw: far }], attributes: { axes: [], keepDims: true } },
    ],
    empty: [
      { inputs: [[3, 0]], attributes: { axes: [1], keepDims: false } },
      { inputs: [[3, 0]], attributes: { axes: [0], keepDims: true } },
    ],
    errors: [
      {
        inputs: [[3, 5]],
        attributes: { axes: [2], keepDims: false },
        throws: ShapeError,
        message: /axis must be in -2…1/,
      },
      {
        inputs: [{ shape: [3], draw: integers(0, 9) }],
        attributes: { axes: [0], keepDims: false },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[512, 512]], attributes: { axes: [1], keepDims: true } }],
  }),
};
