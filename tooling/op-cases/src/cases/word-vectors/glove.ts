import { DTypeError, gloveUpdate, IndexError, scope, ShapeError, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { type Draw, integers, positive, real } from "../../draw.ts";
import { type ByName, type OpCase, opCase } from "../../op-case.ts";
import type { Exact } from "../../reference/exact.ts";
import { learnGlove, type Side, type Table } from "../../reference/word-vectors.ts";

const SIDE = ["vectors", "biases", "vectorSquares", "biasSquares"] as const;
const [WORDS, CONTEXTS] = [11, 13];

const sideShapes = (rows: number, size: number): (readonly number[])[] => [[rows, size], [rows], [rows, size], [rows]];
const shapes = (count: number, size: number): (readonly number[])[] => [
  [count],
  [count],
  [count],
  [count],
  ...sideShapes(WORDS, size),
  ...sideShapes(CONTEXTS, size),
];

const tableOf = ({ shape: [rows = 0, size = 0], values }: Exact): Table =>
  Array.from({ length: rows }, (_, row) => values.slice(row * size, (row + 1) * size));
const sideOf = ([vectors, biases, vectorSquares, biasSquares]: readonly Exact[]): Side => ({
  vectors: tableOf(vectors as Exact),
  biases: [...(biases as Exact).values],
  vectorSquares: tableOf(vectorSquares as Exact),
  biasSquares: [...(biasSquares as Exact).values],
});
const ofSide = (tensors: readonly Tensor[]): Record<(typeof SIDE)[number], Tensor> =>
  Object.fromEntries(SIDE.map((name, i) => [name, tensors[i]?.clone()])) as never;

export const gloveCases: { readonly gloveUpdate: OpCase } = {
  gloveUpdate: opCase<readonly Draw[], number>({
    draws: [
      integers(0, WORDS),
      integers(0, CONTEXTS),
      positive,
      real,
      real,
      real,
      positive,
      positive,
      real,
      real,
      positive,
      positive,
    ],
    contiguousOnly: [...SIDE, ...SIDE.map((name) => `context${name.charAt(0).toUpperCase()}${name.slice(1)}`), "loss"],
    call: ([words, contexts, weights, logs, ...sides], learningRate) =>
      scope(() => {
        const own = [ofSide(sides.slice(0, 4) as Tensor[]), ofSide(sides.slice(4) as Tensor[])] as const;
        const loss = zeros([1]);
        gloveUpdate({ words, contexts, weights, logs } as never, ...own, { learningRate }, loss);
        const results = own.flatMap((side, i) => SIDE.map((name) => [`${name}${i}`, side[name]] as const));
        return { ...(Object.fromEntries(results) as ByName<Tensor>), loss };
      }),
    reference: (arrays, rate) => {
      const [words, contexts, weights, logs] = arrays.map(({ values }) => values);
      const pairs = (words ?? []).map((word, i) => ({
        word,
        context: contexts?.[i] ?? 0,
        weight: weights?.[i] ?? 0,
        log: logs?.[i] ?? 0,
      }));
      const sides = [sideOf(arrays.slice(4, 8)), sideOf(arrays.slice(8))] as const;
      const loss = learnGlove(pairs, ...sides, rate);
      const results = sides.flatMap((side, i) =>
        SIDE.map((name, at) => [
          `${name}${i}`,
          { shape: (arrays[4 + 4 * i + at] as Exact).shape, values: side[name].flat() },
        ]),
      );
      return { ...Object.fromEntries(results), loss: { shape: [1], values: [loss] } };
    },
    gradient: { none: "it writes and gives nothing" },
    rows: [
      { inputs: shapes(60, 6), attributes: 0.05, tolerance: 1e-5 },
      { inputs: shapes(9, 1), attributes: 0.5, tolerance: 1e-5 },
      // Steps in each of the 64 blocks.
      { inputs: shapes(900, 3), attributes: 0.01, tolerance: 1e-5 },
    ] as never,
    empty: [
      { inputs: shapes(0, 3), attributes: 0.05 },
      { inputs: shapes(4, 0), attributes: 0.05 },
    ] as never,
    errors: [
      {
        inputs: shapes(5, 3).with(1, [4]),
        attributes: 0.05,
        throws: ShapeError,
        message: /lists of one length/,
      },
      {
        inputs: shapes(5, 3).with(8, [CONTEXTS, 4]),
        attributes: 0.05,
        throws: ShapeError,
        message: /context vectors and their squares must be \(rows, 3\)/,
      },
      {
        inputs: [{ shape: [5], draw: integers(WORDS, WORDS + 1) }, ...shapes(5, 3).slice(1)],
        attributes: 0.05,
        throws: IndexError,
        message: /indices must be in 0…10/,
      },
      {
        inputs: [{ shape: [5], draw: real }, ...shapes(5, 3).slice(1)],
        attributes: 0.05,
        throws: DTypeError,
        message: /must be i32/,
      },
    ] as never,
    speed: [{ inputs: shapes(10_000, 100), attributes: 0.05 }] as never,
  }),
};
