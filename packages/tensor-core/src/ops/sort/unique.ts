import { apply } from "../../dispatch/dispatch.ts";
import { assertArithmetic } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { slice } from "../view/view.ts";

type UniqueResults = {
  readonly values: typeof DISCRETE;
  readonly inverse: typeof DISCRETE;
  readonly counts: typeof DISCRETE;
  /** How many values and counts there are; behind them are zeros. */
  readonly found: typeof DISCRETE;
};

const uniqueOp: KernelOp<"unique", ["x"], void, UniqueResults> = defineOp("unique", ["x"], {
  results: { values: DISCRETE, inverse: DISCRETE, counts: DISCRETE, found: DISCRETE },
  sizedByValues: true,
  shape: ({ x }) => {
    assertArithmetic("unique", x);
    return { values: [x.size], inverse: x.shape, counts: [x.size], found: [] };
  },
  dtype: ({ x }) => ({ values: x.dtype, inverse: "i32", counts: "i32", found: "i32" }),
  run: ({ x }, { values, inverse, counts, found }) => {
    const kernel = x.dtype === "f32" ? core().unique : core().unique_i32;
    onContiguous(x, (dense) => {
      const count = kernel(x.size, dense.address, values.address, inverse.address, counts.address);
      check("unique", count < 0 ? 1 : 0);
      heapI32()[found.address / 4] = count;
      for (const part of [values, counts]) core().clear(part.address + count * 4, (x.size - count) * 4);
    });
  },
});

/** The different elements of a tensor. */
export interface Unique<D extends DType = "f32", S extends Shape = Shape> {
  /** (count), ascending. */
  readonly values: Tensor<[number], D>;
  /** In the shape of the tensor: where each of its elements stands in `values`. */
  readonly inverse: Tensor<S, "i32">;
  /** (count): how often each is there. */
  readonly counts: Tensor<[number], "i32">;
}

/**
 * The elements of `x`, each once and in order, where each element of `x` stands among them, and how often each is there: PyTorch's
 * `torch.unique` with its inverse and counts, and without an axis. Zeros of either sign are equal, and NaN is equal to nothing,
 * not even to itself, as there.
 *
 * How many there are is known only by looking, so that a shape that follows from it cannot be recorded. Has no gradient.
 * @param x f32 or i32, any shape @throws DTypeError
 * @example const { values, counts } = unique(labels); // which classes there are, and of what size
 */
export function unique<S extends Shape, D extends DType>(x: Tensor<S, D>): Unique<D, S> {
  assertTensor("unique", "x", x);
  return composed("unique", () => {
    const all = apply(uniqueOp, { x }, undefined);
    const count = Number(all.found.item());
    const first = (of: AnyTensor): AnyTensor => slice(of, 0, 0, count);
    return { values: first(all.values), inverse: all.inverse, counts: first(all.counts) } as Unique<DType>;
  }) as Unique<D, S>;
}

/** Without a gradient: whole numbers, and elements whose number changes. */
export const uniqueOps: { unique: typeof uniqueOp } = { unique: uniqueOp };
