import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { DISCRETE } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { sizeOf } from "../../shape/layout.ts";
import { composed, scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { slice } from "../view/view.ts";
import { assertIndexDType } from "./indices.ts";

type CoalesceResults = {
  readonly indices: typeof DISCRETE;
  readonly values: typeof DISCRETE;
  /** How many of these count; behind them are zeros, and −1 for indices. */
  readonly count: typeof DISCRETE;
};

const coalesceRowsOp: KernelOp<"coalesceRows", ["indices", "values"], void, CoalesceResults> = defineOp(
  "coalesceRows",
  ["indices", "values"],
  {
    results: { indices: DISCRETE, values: DISCRETE, count: DISCRETE },
    sizedByValues: true,
    shape: ({ indices, values }) => {
      assertIndexDType("coalesceRows", indices);
      assertFloat("coalesceRows", { values });
      if (indices.rank !== 1 || values.rank === 0 || values.shape[0] !== indices.size) {
        throw new ShapeError(
          "coalesceRows",
          { indices: indices.shape, values: values.shape },
          "needs one index for each row of values",
        );
      }
      return { indices: indices.shape, values: values.shape, count: [] };
    },
    dtype: () => ({ indices: "i32", values: "f32", count: "i32" }),
    run: ({ indices, values }, out) => {
      scope(() => {
        const row = sizeOf(values.shape.slice(1));
        const [places, rows] = [indices.contiguous(), values.contiguous()];
        const [at, to] = [out.indices.address, out.values.address];
        const count = core().coalesce_rows(indices.size, row, places.address, rows.address, at, to);
        check("coalesceRows", count < 0 ? 1 : 0);
        heapI32()[out.count.address / 4] = count;
        heapI32().fill(-1, at / 4 + count, at / 4 + indices.size);
        core().clear(to + count * row * 4, (indices.size - count) * row * 4);
      });
    },
  },
);

/** Rows of a table, by their indices. */
export interface TableRows {
  /** (count), i32 */
  readonly indices: Tensor<Shape, "i32">;
  /** (count, …row) */
  readonly values: Tensor<Shape>;
}

/**
 * Rows that name each index once, in ascending order: rows of equal indices are added, in the order they came. Costs what
 * the rows cost, however large the table is that they belong to. How exact a sum is, `indexAdd` says.
 * @param indices (count), i32 @param values (count, …row), f32
 * @throws ShapeError, DTypeError
 */
export function coalesceRows(indices: Tensor<Shape, "i32">, values: Tensor<Shape>): TableRows {
  return composed("coalesceRows", () => {
    const all = apply(coalesceRowsOp, { indices, values }, undefined);
    const count = Number(all.count.item());
    const cut = { indices: slice(all.indices, 0, 0, count), values: slice(all.values, 0, 0, count) };
    return cut as TableRows;
  });
}

export const coalesceRowsOps: { coalesceRows: typeof coalesceRowsOp } = { coalesceRows: coalesceRowsOp };
