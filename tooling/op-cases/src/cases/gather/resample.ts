import {
  DTypeError,
  IndexError,
  resample,
  type resampleOps,
  ShapeError,
  type SparseRows,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { summedByRows } from "../../reference/gather.ts";

type Term = readonly [place: number, weight: number];

/** A matrix of rows written out. */
function sparse(size: number, ...rows: readonly (readonly Term[])[]): SparseRows {
  const starts = Int32Array.from([0, ...rows.map((_, at) => rows.slice(0, at + 1).flat().length)]);
  const terms = rows.flat();
  return {
    size,
    starts,
    places: Int32Array.from(terms, ([place]) => place),
    weights: Float32Array.from(terms, ([, weight]) => weight),
  };
}

/** Lines between two, as for twice the size. */
function doubled(size: number): SparseRows {
  const rows = Array.from({ length: 2 * size }, (_, i): Term[] => {
    const at = Math.min(size - 1, Math.max(0, (i + 0.5) / 2 - 0.5));
    const first = Math.min(size - 2, Math.floor(at));
    return [
      [first, first + 1 - at],
      [first + 1, at - first],
    ];
  });
  return sparse(size, ...rows);
}

/** One term, none, the same place twice, all of them. */
const uneven = sparse(
  4,
  [[2, 1]],
  [],
  [
    [1, 0.5],
    [1, -2],
  ],
  [
    [0, 0.25],
    [1, 0.25],
    [2, 0.25],
    [3, 0.25],
  ],
);

export const resampleCases: CasesOf<typeof resampleOps> = {
  resample: opCase({
    draws: [real],
    call: ([x], { axis, rows }) => resample(x, axis, rows),
    reference: ([x], { axis, rows }) => summedByRows(x, axis, rows),
    gradient: "second",
    rows: [
      { inputs: [[3, 4]], attributes: { axis: 1, rows: uneven } },
      { inputs: [[4, 3]], attributes: { axis: 0, rows: uneven } },
      { inputs: [[2, 4, 21]], attributes: { axis: 1, rows: uneven } },
      { inputs: [[4]], attributes: { axis: 0, rows: uneven } },
      { inputs: [[9, 5]], attributes: { axis: 1, rows: doubled(5) } },
      { inputs: [[2, 5, 3]], attributes: { axis: 1, rows: doubled(5) } },
    ],
    empty: [
      { inputs: [[0, 4]], attributes: { axis: 1, rows: uneven } },
      { inputs: [[4, 0]], attributes: { axis: 0, rows: uneven } },
      { inputs: [[2, 4]], attributes: { axis: 1, rows: sparse(4) } },
      { inputs: [[2, 0]], attributes: { axis: 1, rows: sparse(0, [], []) } },
    ],
    errors: [
      {
        inputs: [[3, 5]],
        attributes: { axis: 1, rows: uneven },
        throws: ShapeError,
        message: /as long as x along the axis/,
      },
      {
        inputs: [[3, 4]],
        attributes: { axis: 1, rows: sparse(4, [[4, 1]]) },
        throws: IndexError,
        message: /places must be in 0…3/,
      },
      {
        inputs: [[3, 4]],
        attributes: { axis: 1, rows: { ...uneven, starts: Int32Array.of(0, 5, 2, 7) } },
        throws: ValueError,
        message: /never fall/,
      },
      {
        inputs: [[3, 4]],
        attributes: { axis: 1, rows: { ...uneven, places: [0] as never } },
        throws: ValueError,
        message: /Int32Array/,
      },
      {
        inputs: [{ shape: [3, 4], draw: integers(0, 3) }],
        attributes: { axis: 1, rows: uneven },
        throws: DTypeError,
        message: /f32/,
      },
    ],
    speed: [
      { inputs: [[512, 56, 56]], attributes: { axis: 2, rows: doubled(56) } },
      { inputs: [[512, 56, 112]], attributes: { axis: 1, rows: doubled(56) } },
    ],
  }),
};
