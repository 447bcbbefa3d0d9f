import { apply } from "../../dispatch/dispatch.ts";
import { type AnyTensor, defineOp, type KernelOp } from "../../dispatch/op.ts";
import { check } from "../../dispatch/status.ts";
import { DTypeError, ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { normalAxis } from "../../shape/axes.ts";
import { scope } from "../../tensor/scope.ts";
import type { Sorted, Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { gather } from "../gather/gather.ts";
import { transpose } from "../view/view.ts";

interface Ordering {
  /** How many of each row. */
  readonly count: number;
  readonly descending: boolean;
}

/** The order of the rows of the last axis. */
const orderOp: KernelOp<"order", ["x"], Ordering, never> = defineOp("order", ["x"], {
  differentiable: false,
  shape: ({ x }, { count }) => [...x.shape.slice(0, -1), count],
  dtype: () => "i32",
  run: ({ x }, out, { count, descending }) => {
    const size = x.shape.at(-1) ?? 0;
    const rows = size === 0 ? 0 : x.size / size;
    const kernel = x.dtype === "f32" ? core().sorted_indices : core().sorted_indices_i32;
    onContiguous(x, (dense) =>
      check("sort", kernel(rows, size, count, descending ? 1 : 0, dense.address, out.address)),
    );
  },
});

/** The indices of the first `count` along an axis. */
function order(
  op: string,
  x: AnyTensor,
  axis: number,
  count: number | undefined,
  descending: boolean,
): Tensor<Shape, "i32"> {
  if (x.dtype !== "f32" && x.dtype !== "i32") {
    throw new DTypeError(op, { x: x.shape, dtype: x.dtype }, "takes f32 and i32", 'convert with .to("i32")');
  }
  const at = normalAxis(op, x.shape, axis);
  const size = x.shape[at] ?? 0;
  if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
    throw new ValueError(op, { x: x.shape, k: count }, "k must be a whole number from 0 up");
  }
  if (count !== undefined && count > size) {
    throw new ShapeError(op, { x: x.shape, axis, k: count }, `k must not be larger than the axis (${size})`);
  }
  const last = at === x.rank - 1;
  return scope(() => {
    const turned = last ? x : transpose<Shape, DType>(x, at, -1);
    const indices = apply(orderOp, { x: turned }, { count: count ?? size, descending }) as Tensor<Shape, "i32">;
    return last ? indices : transpose<Shape, "i32">(indices, at, -1);
  });
}

function ordered<D extends DType>(x: Tensor<Shape, D>, axis: number, indices: Tensor<Shape, "i32">): Sorted<D> {
  return { values: gather<D, Shape>(x, axis, indices), indices };
}

/**
 * The indices that sort `x` along an axis: `gather(x, axis, argsort(x, axis))` is in order. Equal elements stay in their
 * order, and NaN counts as larger than every number.
 * @param x f32 or i32 @returns i32, in the shape of `x` @throws DTypeError, ShapeError
 */
export function argsort<S extends Shape>(x: Tensor<S, DType>, axis = -1, descending = false): Tensor<S, "i32"> {
  return order("argsort", x, axis, undefined, descending) as Tensor<S, "i32">;
}

/**
 * The elements in ascending (or descending) order along an axis, and where they stood; equal ones stay in their order.
 * The gradient goes back to where they stood.
 * @param x f32 or i32 @throws DTypeError, ShapeError
 */
export function sort<D extends DType>(x: Tensor<Shape, D>, axis = -1, descending = false): Sorted<D> {
  return ordered(x, axis, order("sort", x, axis, undefined, descending));
}

/**
 * The `k` largest (or smallest) elements along an axis, best first, and where they stood; of equal ones the first.
 * @param x f32 or i32 @returns the shape of `x` with `k` in place of the axis's size
 * @throws ShapeError if the axis is shorter than `k`; ValueError, DTypeError
 */
export function topk<D extends DType>(x: Tensor<Shape, D>, k: number, axis = -1, largest = true): Sorted<D> {
  return ordered(x, axis, order("topk", x, axis, k, largest));
}

/** Without a gradient: its results are indices. */
export const sortOps: { order: typeof orderOp } = { order: orderOp };
