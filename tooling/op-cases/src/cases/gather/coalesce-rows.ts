import { coalesceRows, type coalesceRowsOps, DTypeError, scope, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, read, total, upTo } from "../../reference/exact.ts";

const none = { none: "it serves gradients, and is not derived from" } as const;

/** The indices that come, ascending. */
function named({ values }: Exact): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

export const coalesceRowsCases: CasesOf<typeof coalesceRowsOps> = {
  coalesceRows: opCase({
    draws: [integers(-1, 4), real],
    call: ([indices, values]) => scope(() => ({ ...coalesceRows(indices, values) })),
    reference: ([indices, values]) => {
      const rows = named(indices);
      return {
        indices: { shape: [rows.length], values: rows },
        values: build([rows.length, ...values.shape.slice(1)], ([row = 0, ...rest]) => {
          const same = upTo(indices.values.length).filter((i) => indices.values[i] === rows[row]);
          return total(same.map((i) => read(values, [i, ...rest])));
        }),
      };
    },
    gradient: none,
    rows: [{ inputs: [[7], [7, 3]] }, { inputs: [[1], [1, 2]] }, { inputs: [[9], [9, 2, 2]] }, { inputs: [[5], [5]] }],
    empty: [{ inputs: [[0], [0, 3]] }, { inputs: [[6], [6, 0]] }],
    errors: [
      { inputs: [[3], [4, 2]], throws: ShapeError, message: /one index for each row/ },
      {
        inputs: [
          [3, 1],
          [3, 2],
        ],
        throws: ShapeError,
        message: /one index for each row/,
      },
      {
        inputs: [{ shape: [3], draw: integers(0, 2, "u8") }, [3, 2]],
        throws: DTypeError,
        message: /indices must be i32/,
      },
    ],
    speed: [{ inputs: [[64], [64, 300]] }],
  }),
};
