import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE_ON_REQUEST, ON_REQUEST, type Results } from "../../dispatch/results.ts";
import { assertArithmetic } from "../../dispatch/dtypes.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { isAxisOfScalar, normalAxis } from "../../shape/axes.ts";
import { composed } from "../../tensor/scope.ts";
import type { Sorted, Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { HasAxes, WithSize } from "../../types/axes.ts";
import type { SortOptions, TopkOptions } from "../../types/options.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { transpose } from "../view/view.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { checkOptions, truthValue, type OptionChecks } from "../../arguments/options.ts";
import { assertNumber } from "../../arguments/checks.ts";

interface Ordering {
  /** How many of each row. */
  readonly count: number;
  readonly descending: boolean;
}

type SortResults = {
  readonly values: typeof ON_REQUEST;
  /** Where they stood along the last axis. */
  readonly indices: typeof DISCRETE_ON_REQUEST;
};

/** The first elements of the rows of the last axis in order, and where they stood; of each what is wanted. */
const sortOp: KernelOp<"sort", ["x"], Ordering, SortResults> = defineOp("sort", ["x"], {
  results: { values: ON_REQUEST, indices: DISCRETE_ON_REQUEST },
  shape: ({ x }, { count }) => {
    assertArithmetic("sort", x);
    const size = x.shape.at(-1) ?? 0;
    if (x.rank === 0 || !Number.isInteger(count) || count < 0 || count > size) {
      throw new ShapeError("sort", { x: x.shape, count }, "sorts rows, and gives no more of each than there are");
    }
    const shape = [...x.shape.slice(0, -1), count];
    return { values: shape, indices: shape };
  },
  dtype: ({ x }) => ({ values: x.dtype, indices: "i32" }),
  run: ({ x }, { values, indices }, { count, descending }) => {
    const size = x.shape.at(-1) ?? 0;
    const rows = size === 0 ? 0 : x.size / size;
    const kernel = x.dtype === "f32" ? core().sorted : core().sorted_i32;
    onContiguous(x, (dense) => {
      const [to, at] = [values?.address ?? 0, indices?.address ?? 0];
      check("sort", kernel(rows, size, count, descending ? 1 : 0, dense.address, to, at));
    });
  },
});

/** The first `count` along an axis; all for undefined. */
function order<const Asked extends "values" | "indices">(
  op: string,
  x: AnyTensor,
  axis: number,
  count: number | undefined,
  descending: boolean,
  asked: readonly Asked[],
): { readonly [Name in Asked]: AnyTensor } {
  assertTensor(op, "x", x);
  assertArithmetic(op, x);
  if (x.rank === 0 && isAxisOfScalar(axis) && (count === undefined || count === 1)) {
    return composed(op, () => {
      const sorted: Results = order(op, x.reshape([1]), 0, count, descending, asked);
      const named = asked.map((name) => [name, (sorted[name] as AnyTensor).reshape([])]);
      return Object.fromEntries(named) as { readonly [Name in Asked]: AnyTensor };
    });
  }
  const at = normalAxis(op, x.shape, axis);
  const size = x.shape[at] ?? 0;
  if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
    throw new ValueError(op, { x: x.shape, k: count }, "k must be a whole number from 0 up");
  }
  if (count !== undefined && count > size) {
    throw new ShapeError(op, { x: x.shape, axis, k: count }, `k must not be larger than the axis (${size})`);
  }
  const attributes = { count: count ?? size, descending };
  if (at === x.rank - 1) return apply(sortOp, { x }, attributes, asked);
  return composed(op, () => {
    const sorted: Results = apply(sortOp, { x: transpose(x, at, -1) }, attributes, asked);
    const turned = asked.map((name) => [name, transpose(sorted[name] as AnyTensor, at, -1)]);
    return Object.fromEntries(turned) as { readonly [Name in Asked]: AnyTensor };
  });
}

const SORT: OptionChecks<SortOptions> = { descending: truthValue, stable: truthValue };

/**
 * The indices that sort `x` along an axis: `gather(x, axis, argsort(x, axis))` is in order. Equal elements stay in their
 * order, and NaN counts as larger than every number.
 * @param x f32 or i32 @returns i32, in the shape of `x` @throws DTypeError, ShapeError
 */
export function argsort<S extends Shape>(x: Tensor<S, DType>, axis = -1, options: SortOptions = {}): Tensor<S, "i32"> {
  checkOptions("argsort", options, SORT);
  return order("argsort", x, axis, undefined, options.descending ?? false, ["indices"]).indices as Tensor<S, "i32">;
}

/**
 * The elements in ascending order, or with `{ descending: true }` in descending order, along an axis, and where they stood;
 * equal ones stay in their order. The gradient goes back to where they stood.
 * @param x f32 or i32 @throws DTypeError, ShapeError
 */
export function sort<S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  axis = -1,
  options: SortOptions = {},
): Sorted<D, S> {
  checkOptions("sort", options, SORT);
  const { values, indices } = order("sort", x, axis, undefined, options.descending ?? false, BOTH);
  return { values: values as Tensor<S, D>, indices: indices as Tensor<S, "i32"> };
}

/**
 * The `k` largest elements along an axis, or with `{ largest: false }` the smallest, best first, and where they stood; of
 * equal ones the first.
 * @param x f32 or i32 @returns the shape of `x` with `k` in place of the axis's size
 * @throws ShapeError if the axis is shorter than `k`; ValueError, DTypeError
 */
export function topk<S extends Shape, D extends DType, K extends number, Axis extends number = -1>(
  x: Tensor<S, D>,
  k: K,
  axis?: Axis & HasAxes<S, Axis>,
  options?: TopkOptions,
): Sorted<D, WithSize<S, Axis, K>>;
export function topk(x: AnyTensor, k: number, axis = -1, options: TopkOptions = {}): Sorted<DType> {
  assertNumber("topk", "k", k);
  checkOptions<TopkOptions>("topk", options, { largest: truthValue, sorted: truthValue });
  return order("topk", x, axis, k, options.largest ?? true, BOTH) as Sorted<DType>;
}

const BOTH = ["values", "indices"] as const;

export const sortOps: { sort: typeof sortOp } = { sort: sortOp };
