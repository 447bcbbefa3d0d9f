import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { DTypeError, ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Sorted, Tensor } from "../../tensor/tensor.ts";
import { ITEM_SIZE } from "../../types/dtype.ts";
import type { SizeAt } from "../../types/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertWhole } from "../../arguments/checks.ts";
import { checkedLater, checkOptions } from "../../arguments/options.ts";

type SimilarResults = { readonly values: typeof DISCRETE; readonly indices: typeof DISCRETE };
type SimilarRowsOp = KernelOp<"similarRows", ["queries", "rows", "scale?"], { readonly count: number }, SimilarResults>;

/** Features of i8 rows at most: a query of which is at least 1, and sums fit into 31 bits. */
const MOST_BYTES = 2 ** 24 - 1;

/** Dtypes of rows that the kernel reads. */
type RowDType = "f32" | "f16" | "i8";

const similarRowsOp: SimilarRowsOp = defineOp("similarRows", ["queries", "rows", "scale?"], {
  results: { values: DISCRETE, indices: DISCRETE },
  shape: ({ queries, rows, scale }, { count }) => {
    const [asked, features] = axes("similarRows queries", queries.shape, "queries features");
    const [size, ofRow] = axes("similarRows rows", rows.shape, "rows features");
    assertFloat("similarRows", { queries, scale });
    assertRows(rows);
    if (ofRow !== features) {
      const came = { queries: queries.shape, rows: rows.shape };
      throw new ShapeError("similarRows", came, `queries and rows must be equally long (${features} and ${ofRow})`);
    }
    if (rows.dtype === "i8" && features > MOST_BYTES) {
      throw new ShapeError(
        "similarRows",
        { rows: rows.shape },
        `rows of i8 have at most ${MOST_BYTES} features, or sums of their products would not be exact`,
        'rows.to("f32")',
      );
    }
    if (scale !== undefined && (scale.rank !== 1 || scale.size !== size)) {
      throw new ShapeError("similarRows", { rows: rows.shape, scale: scale.shape }, "needs one scale for each row");
    }
    if (!(Number.isInteger(count) && count >= 0 && count <= size)) {
      throw new ShapeError(
        "similarRows",
        { rows: rows.shape, k: count },
        `k must not be larger than the rows (${size})`,
      );
    }
    return { values: [asked, count], indices: [asked, count] };
  },
  dtype: () => ({ values: "f32", indices: "i32" }),
  run: ({ queries, rows, scale }, { values, indices }, { count }) => {
    const [asked = 0, features = 0] = queries.shape;
    const [size = 0] = rows.shape;
    onContiguous(queries, (query) =>
      onContiguous(rows, (x) => {
        const call = (scaleAddress: number): void => {
          const item = ITEM_SIZE[x.dtype];
          const [from, to] = [query.address, values.address];
          check(
            "similarRows",
            core().similar_rows(asked, size, features, count, item, from, x.address, scaleAddress, to, indices.address),
          );
        };
        if (scale === undefined) call(0);
        else onContiguous(scale, (dense) => call(dense.address));
      }),
    );
  },
  multiplyAdds: ({ queries, rows }) => queries.size * (rows.shape[0] ?? 0),
});

/** @throws DTypeError unless the kernel reads such rows */
function assertRows(rows: AnyTensor): void {
  if (rows.dtype === "f32" || rows.dtype === "f16" || rows.dtype === "i8") return;
  const came = { rows: rows.shape, dtype: rows.dtype };
  throw new DTypeError("similarRows", came, "takes rows of f32, f16 and i8", 'rows.to("f32")');
}

/** What `similarRows` takes. */
export interface SimilarRowsOptions {
  /** (rows): each row's products are multiplied by it, such as 1 / its length for cosines, or what one step of an i8 is worth. */
  readonly scale?: Tensor<Shape> | undefined;
}

/**
 * Of each query the `k` rows with the largest products queryᵀ row, best first, and where they stand: `topk` of
 * queries · rowsᵀ in one pass that never holds the matrix of products. Of equal ones the first comes first, and NaN counts as
 * larger than every number.
 *
 * Rows are read as they are stored: f16 rows are half the memory. Of i8 rows the query becomes whole numbers too, of up to 15
 * bits, so that sums are exact and the only rounding is that of the query (a share of 2⁻¹⁶ of its largest element, up to
 * 500 features) and of who made the rows.
 *
 * Has no gradient: that of `topk(queries.matmul(rows.transpose()), k)` goes to queries and rows.
 * @param queries (queries, features), f32 @param rows (rows, features), f32, f16 or i8 @param k up to the number of rows
 * @returns values (queries, k), f32, and indices (queries, k), i32
 * @throws ShapeError, DTypeError, ValueError
 */
export function similarRows<Q extends Shape, R extends Shape, K extends number>(
  queries: Tensor<Q>,
  rows: Tensor<R, RowDType>,
  k: K,
  options: SimilarRowsOptions = {},
): Sorted<"f32", [SizeAt<Q, 0>, K]> {
  checkOptions<SimilarRowsOptions>("similarRows", options, { scale: checkedLater });
  const { scale } = options;
  assertTensor("similarRows", "queries", queries);
  assertTensor("similarRows", "rows", rows);
  if (scale !== undefined) assertTensor("similarRows", "scale", scale);
  assertWhole("similarRows", "k", k);
  const found = apply(similarRowsOp, { queries, rows, scale }, { count: k });
  return found as Sorted<"f32", [SizeAt<Q, 0>, K]>;
}

/** Without a gradient: see `similarRows`. */
export const similarRowsOps: { similarRows: typeof similarRowsOp } = { similarRows: similarRowsOp };
