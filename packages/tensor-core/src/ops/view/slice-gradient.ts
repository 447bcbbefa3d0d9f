import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { heapF32 } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { copyIntoWindow } from "../copy/copy.ts";
import { type Span, sliceOp } from "./view.ts";

/** Linear in `dy`; its own gradient is the slice. */
const sliceGradientOp: KernelOp<"sliceGradient", ["dy"], { spans: readonly Span[]; shape: Shape }> = defineOp(
  "sliceGradient",
  ["dy"],
  {
    shape: (_, { shape }) => shape,
    run: ({ dy }, out, { spans }) => {
      heapF32().fill(0, out.address / 4, out.address / 4 + out.size);
      copyIntoWindow(dy, out, sliceOp.view({ x: out }, { spans }));
    },
  },
);

/** Zeros of `shape` with `dy` where `spans` cut it out: the gradient of a slice. */
export function sliceGradient(dy: Tensor, spans: readonly Span[], shape: Shape): Tensor {
  return apply(sliceGradientOp, { dy }, { spans, shape }) as Tensor;
}

export const sliceGradientOps: { sliceGradient: typeof sliceGradientOp } = { sliceGradient: sliceGradientOp };
