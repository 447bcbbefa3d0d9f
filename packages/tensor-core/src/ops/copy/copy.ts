import * as frames from "../../../wasm/frames.js";
import { apply, tensorOver } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import type { Layout } from "../../shape/layout.ts";
import { unowned } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

const copyOp: KernelOp<"copy", ["x"], void> = defineOp("copy", ["x"], {
  calledAs: "clone",
  shape: ({ x }) => x.shape,
  run: ({ x }, out) => copyElements(x, out),
});

/** Copies the elements of `from`, in whatever layout, to `to`'s; shapes are equal or `from` broadcasts. */
export function copyElements(from: AnyTensor, to: AnyTensor): void {
  frames.writeUnaryWalk(heapI32(), frameStart(), { sizes: to.shape, y: to, x: from });
  core().copy_elements(ITEM_SIZE[to.dtype], from.address, to.address);
}

/** Copies the elements of `from` to a part of `out`'s memory. */
export function copyIntoWindow(from: AnyTensor, out: AnyTensor, layout: Layout): void {
  const window = unowned(() => tensorOver(out.storage.retain(), out.dtype, layout));
  copyElements(from, window);
  window.dispose();
}

/** A copy with memory of its own, contiguous. */
export function clone<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return apply(copyOp, { x }, undefined) as Tensor<S, D>;
}

/** The tensor itself if its elements lie in row-major order, else a copy where they do. */
export function contiguous<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  assertTensor("contiguous", "x", x);
  return x.isContiguous ? x : clone(x);
}

/** Runs `f` on `x` in row-major order; a copy that this takes is gone afterwards. */
export function onContiguous<S extends Shape, D extends DType, R>(x: Tensor<S, D>, f: (dense: Tensor<S, D>) => R): R {
  if (x.isContiguous) return f(x);
  const dense = clone(x);
  try {
    return f(dense);
  } finally {
    dense.dispose();
  }
}

export const copyOps: { copy: typeof copyOp } = { copy: copyOp };
