import { DTypeError, ShapeError, similarRows, type similarRowsOps } from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, positive, real } from "../../draw.ts";
import { type ByName, type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, read, total, upTo } from "../../reference/exact.ts";
import { orderOf } from "../../reference/gather.ts";

const none = { none: "it chooses, and says so" } as const;
/** Ties, infinities, both zeros and NaN. */
const TIED = elements([3, 1, NaN, -0, 0, 3, -Infinity, Infinity, 1, -2, NaN]);

/** All products, in order. */
function best(queries: Exact, rows: Exact, k: number, scale?: Exact): ByName<Exact> {
  const [asked = 0, features = 0] = queries.shape;
  const [size = 0] = rows.shape;
  const products = upTo(asked).map((query) =>
    upTo(size).map((row) => {
      const terms = upTo(features).map((at) => read(queries, [query, at]) * read(rows, [row, at]));
      return total(terms) * (scale === undefined ? 1 : read(scale, [row]));
    }),
  );
  const orders = products.map((line) => orderOf(line, true));
  return {
    values: build([asked, k], ([query = 0, at = 0]) => products[query]?.[orders[query]?.[at] ?? 0] ?? NaN),
    indices: build([asked, k], ([query = 0, at = 0]) => orders[query]?.[at] ?? -1),
  };
}

/** Whole numbers that come out as they are: each query has its largest magnitude, 127, in front. */
const whole: Draw<"f32"> = {
  dtype: "f32",
  draw: (size, random) => upTo(size).map((at) => (at % 17 === 0 ? 127 : Math.floor(200 * random()) - 100)),
};

/** Queries by as many features as `whole` expects; a product's error is that of rounding a query to 15 bits. */
const BYTES = 17;

const errors = [
  {
    inputs: [
      [2, 3],
      [5, 4],
    ],
    attributes: { k: 1 },
    throws: ShapeError,
    message: /must be equally long \(3 and 4\)/,
  },
  {
    inputs: [
      [2, 3],
      [5, 3],
    ],
    attributes: { k: 6 },
    throws: ShapeError,
    message: /larger than the rows \(5\)/,
  },
  { inputs: [[3], [5, 3]], attributes: { k: 1 }, throws: ShapeError, message: /queries/ },
  {
    inputs: [{ shape: [2, 3], draw: integers(0, 3) }, [5, 3]],
    attributes: { k: 1 },
    throws: DTypeError,
    message: /takes f32/,
  },
  {
    inputs: [[2, 3], { shape: [5, 3], draw: integers(0, 3) }],
    attributes: { k: 1 },
    throws: DTypeError,
    message: /rows of f32, f16 and i8/,
  },
] as const;
const empty = [
  {
    inputs: [
      [0, 3],
      [5, 3],
    ],
    attributes: { k: 2 },
  },
  {
    inputs: [
      [2, 0],
      [5, 0],
    ],
    attributes: { k: 2 },
  },
  {
    inputs: [
      [2, 3],
      [0, 3],
    ],
    attributes: { k: 0 },
  },
  {
    inputs: [
      [2, 3],
      [5, 3],
    ],
    attributes: { k: 0 },
  },
] as const;

export const similarRowsCases: CasesOf<typeof similarRowsOps> = {
  similarRows: [
    opCase({
      draws: [real, real],
      call: ([queries, rows], { k }) => ({ ...similarRows(queries, rows, k) }),
      reference: ([queries, rows], { k }) => best(queries, rows, k),
      gradient: none,
      rows: [
        {
          inputs: [
            [3, 5],
            [11, 5],
          ],
          attributes: { k: 4 },
        },
        {
          inputs: [
            [1, 1],
            [1, 1],
          ],
          attributes: { k: 1 },
        },
        {
          inputs: [
            [2, 33],
            [70, 33],
          ],
          attributes: { k: 70 },
        },
        {
          inputs: [
            [66, 4],
            [300, 4],
          ],
          attributes: { k: 3 },
        },
        { inputs: [[2, 1], { shape: [13, 1], draw: TIED }], attributes: { k: 9 } },
      ],
      empty,
      errors,
      speed: [
        {
          inputs: [
            [1, 100],
            [20_000, 100],
          ],
          attributes: { k: 10 },
        },
      ],
    }),
    opCase({
      variant: "with a scale",
      draws: [real, real, positive],
      call: ([queries, rows, scale], { k }) => ({ ...similarRows(queries, rows, k, { scale }) }),
      reference: ([queries, rows, scale], { k }) => best(queries, rows, k, scale),
      gradient: none,
      rows: [{ inputs: [[3, 6], [14, 6], [14]], attributes: { k: 5 } }],
      empty: [{ inputs: [[3, 6], [0, 6], [0]], attributes: { k: 0 } }],
      errors: [
        {
          inputs: [[3, 6], [14, 6], [13]],
          attributes: { k: 5 },
          throws: ShapeError,
          message: /one scale for each row/,
        },
      ],
    }),
    opCase({
      variant: "f16",
      draws: [real, { ...real, dtype: "f16" } satisfies Draw<"f16">],
      call: ([queries, rows], { k }) => ({ ...similarRows(queries, rows, k) }),
      reference: ([queries, rows], { k }) => best(queries, rows, k),
      gradient: none,
      rows: [
        {
          inputs: [
            [3, 9],
            [50, 9],
          ],
          attributes: { k: 6 },
        },
      ],
      empty,
    }),
    opCase({
      variant: "i8",
      draws: [whole, integers(-127, 128, "i8")],
      call: ([queries, rows], { k }) => ({ ...similarRows(queries, rows, k) }),
      reference: ([queries, rows], { k }) => best(queries, rows, k),
      gradient: none,
      rows: [
        {
          inputs: [
            [3, BYTES],
            [50, BYTES],
          ],
          attributes: { k: 1 },
          tolerance: 2e-3,
        },
        {
          inputs: [
            [1, BYTES],
            [9, BYTES],
          ],
          attributes: { k: 2 },
          tolerance: 2e-3,
        },
      ],
      empty,
    }),
  ],
};
