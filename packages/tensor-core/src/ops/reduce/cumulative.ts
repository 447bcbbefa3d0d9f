import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { assertAxes, isAxisOfScalar, normalAxis } from "../../shape/axes.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertArithmetic } from "../../dispatch/dtypes.ts";
import { check } from "../../dispatch/status.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

const cumsumOp: KernelOp<"cumsum", ["x"], { axis: number }> = defineOp("cumsum", ["x"], {
  shape: ({ x }, { axis }) => {
    assertArithmetic("cumsum", x);
    assertAxes("cumsum", x.shape, [axis]);
    return x.shape;
  },
  run: ({ x }, out, { axis }) => {
    // The kernel sums along the last axis of its walk.
    const order = [...x.shape.keys()].filter((at) => at !== axis).concat(axis);
    const inOrder = (words: readonly number[]): number[] => order.map((at) => words[at] ?? 0);
    const shape = inOrder(x.shape);
    const walked = ({ strides, rank }: AnyTensor): frames.Operand => ({ shape, strides: inOrder(strides), rank });
    frames.writeUnaryWalk(heapI32(), frameStart(), { sizes: shape, y: walked(out), x: walked(x) });
    if (x.dtype === "f32") core().cumulative_sum(x.address, out.address);
    else check("cumsum", core().cumulative_sum_i32(x.address, out.address));
  },
});

/**
 * Running sums along an axis: out[i] = x[0] + … + x[i].
 * @param x f32 or i32 @param axis of a scalar 0 or −1
 * @throws ValueError where a sum does not fit into i32; ShapeError, DTypeError
 */
export function cumsum<S extends Shape, D extends DType>(x: Tensor<S, D>, axis: number): Tensor<S, D> {
  assertTensor("cumsum", "x", x);
  if (x.rank === 0 && isAxisOfScalar(axis)) {
    const scalar: AnyTensor = x;
    return composed(
      "cumsum",
      () => apply(cumsumOp, { x: scalar.reshape([1]) }, { axis: 0 }).reshape([]) as AnyTensor,
    ) as Tensor<S, D>;
  }
  return apply(cumsumOp, { x }, { axis: normalAxis("cumsum", x.shape, axis) }) as Tensor<S, D>;
}

export const cumulativeOps: { cumsum: typeof cumsumOp } = { cumsum: cumsumOp };
