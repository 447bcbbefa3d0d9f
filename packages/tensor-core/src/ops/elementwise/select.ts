import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { broadcastShapes } from "../../shape/axes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../../types/dtype.ts";
import type { Broadcast, Fits } from "../../types/broadcast.ts";
import type { Shape } from "../../types/shape.ts";
import { assertBool, assertOneDType } from "../../dispatch/dtypes.ts";

const whereOp: KernelOp<"where", ["condition", "a", "b"], void> = defineOp("where", ["condition", "a", "b"], {
  shape: ({ condition, a, b }) => {
    assertBool("where", condition);
    assertOneDType("where", a, b);
    return broadcastShapes("where", { condition: condition.shape, a: a.shape, b: b.shape });
  },
  dtype: ({ a }) => a.dtype,
  run: ({ condition, a, b }, out) => {
    frames.writeSelectWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, condition, a, b });
    core().select_elements(ITEM_SIZE[out.dtype], condition.address, a.address, b.address, out.address);
  },
});

/** `a` where the condition holds, else `b`; all three broadcast. @throws ShapeError, DTypeError if dtypes differ */
export function where<D extends DType, C extends Shape, A extends Shape, B extends Shape>(
  condition: Tensor<C & Fits<C, A> & Fits<C, B>, "bool">,
  a: Tensor<A, D>,
  b: Tensor<B & Fits<A, B>, D>,
): Tensor<Broadcast<C, Broadcast<A, B>>, D> {
  return apply(whereOp, { condition, a, b }, undefined) as Tensor<Broadcast<C, Broadcast<A, B>>, D>;
}

export const selectOps: { where: typeof whereOp } = { where: whereOp };
