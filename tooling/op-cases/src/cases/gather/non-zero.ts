import { apply, type DType, nonZero, type nonZeroOps, ops, ValueError } from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { type Exact, indices } from "../../reference/exact.ts";

/** Zeros of either sign, and what only looks like nothing. */
const SPARSE = elements([0, 1.5, -0, NaN, -2, 0, 0, 1e-40, Infinity]);

/** An index a row, of each element that is not zero. */
function places({ shape, values }: Exact): Exact {
  const found = indices(shape).filter((_, at) => values[at] !== 0);
  return { shape: [found.length, shape.length], values: found.flat() };
}

function nonZeroCase<D extends DType>(variant: string, draw: Draw<D>): OpCase {
  return opCase<readonly [Draw<D>], { count?: number }>({
    variant,
    draws: [draw],
    // Without a count the function counts; with one the record is asked by itself.
    call: ([x], { count }) => (count === undefined ? nonZero(x) : apply(ops.nonZero, { x }, { count })),
    reference: ([x]) => places(x),
    gradient: { none: "positions" },
    rows: [
      { inputs: [[3, 7]], attributes: {} },
      { inputs: [[2, 3, 5]], attributes: {} },
      { inputs: [[70]], attributes: {} },
      { inputs: [[]], attributes: {} },
    ] as never,
    empty: [
      { inputs: [[0, 3]], attributes: {} },
      { inputs: [[2, 0]], attributes: {} },
      {
        inputs: [{ shape: [2, 3], draw: { ...draw, draw: (size: number) => new Array<number>(size).fill(0) } }],
        attributes: {},
      },
    ] as never,
    errors: [
      { inputs: [[3, 7]], attributes: { count: 0 }, throws: ValueError, message: /the count must be that of/ },
      { inputs: [[3, 7]], attributes: { count: 22 }, throws: ValueError, message: /nonZero\(x\), which counts/ },
    ] as never,
    speed: [{ inputs: [[512, 512]], attributes: {} }] as never,
  });
}

export const nonZeroCases: CasesOf<typeof nonZeroOps> = {
  nonZero: [
    nonZeroCase("", SPARSE),
    nonZeroCase("i32", integers(-1, 2)),
    nonZeroCase("u8", integers(0, 3, "u8")),
    nonZeroCase("bool", truth),
  ],
};
