import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { refuseStorage } from "../../dispatch/dtypes.ts";
import { ValueError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32, inCore } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

const nonZeroOp: KernelOp<"nonZero", ["x"], { count: number }, OneDiscrete> = defineOp("nonZero", ["x"], {
  results: { y: DISCRETE },
  sizedByValues: true,
  shape: ({ x }, { count }) => {
    refuseStorage("nonZero", "x", x);
    return [count, x.rank];
  },
  dtype: () => "i32",
  check: ({ x }, { count }) => {
    const found = countNonZero(x);
    if (found === count) return;
    throw new ValueError(
      "nonZero",
      { x: x.shape, count, found },
      "the count must be that of the elements that are not zero",
      "call nonZero(x), which counts them",
    );
  },
  run: ({ x }, out, { count }) => {
    onContiguous(x, (dense) => {
      frames.writeShapeWalk(heapI32(), frameStart(), { sizes: x.shape });
      kernels(x).non_zero(count, dense.address, out.address);
    });
  },
});

/** How many elements are not zero. */
function countNonZero(x: AnyTensor): number {
  return onContiguous(x, (dense) => inCore("nonZero", () => kernels(x).count_non_zero(dense.size, dense.address)));
}

/** The kernels for the tensor's elements. */
function kernels({ dtype }: AnyTensor): {
  count_non_zero(count: number, x: number): number;
  non_zero(count: number, x: number, y: number): void;
} {
  const all = core();
  if (dtype === "f32") return all;
  return dtype === "i32"
    ? { count_non_zero: all.count_non_zero_i32, non_zero: all.non_zero_i32 }
    : { count_non_zero: all.count_non_zero_bytes, non_zero: all.non_zero_bytes };
}

/**
 * The indices of the elements that are not zero, in row-major order: row i of the result is the index of the i-th, one
 * number an axis. Zero has either sign, and NaN is none; truth values count as 0 and 1. As PyTorch's `torch.nonzero`.
 *
 * How many there are is known only by looking, so that a shape that follows from it cannot be recorded.
 * @param x any shape and dtype but those for storage @returns (count, rank), i32
 */
export function nonZero(x: Tensor<Shape, DType>): Tensor<[number, number], "i32"> {
  assertTensor("nonZero", "x", x);
  refuseStorage("nonZero", "x", x);
  const places: AnyTensor = apply(nonZeroOp, { x }, { count: countNonZero(x) });
  return places as Tensor<[number, number], "i32">;
}

/** Without a gradient: its result are indices. */
export const nonZeroOps: { nonZero: typeof nonZeroOp } = { nonZero: nonZeroOp };
