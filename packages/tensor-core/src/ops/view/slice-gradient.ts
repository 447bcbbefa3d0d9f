import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { rowMajor, sameShape } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ITEM_SIZE } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertSpans, cutOut, type Span } from "./view.ts";
import { copyIntoWindow } from "../copy/copy.ts";
import { assertShape } from "../../arguments/checks.ts";

/** Linear in `dy`; its own gradient is the slice. */
const sliceGradientOp: KernelOp<"sliceGradient", ["dy"], { spans: readonly Span[]; shape: Shape }> = defineOp(
  "sliceGradient",
  ["dy"],
  {
    shape: ({ dy }, { spans, shape }) => {
      const cut = cutOut("sliceGradient", { shape, strides: rowMajor(shape), offset: 0 }, spans);
      if (!sameShape(cut.shape, dy.shape)) {
        throw new ShapeError(
          "sliceGradient",
          { dy: dy.shape, shape, spans: spans.length },
          `the spans cut [${cut.shape.join(", ")}] out of the shape: dy must have that shape`,
        );
      }
      return shape;
    },
    run: ({ dy }, out, { spans }) => {
      core().clear(out.address, out.size * ITEM_SIZE[out.dtype]);
      copyIntoWindow(dy, out, cutOut("sliceGradient", out, spans));
    },
  },
);

/**
 * Zeros of `shape` with `dy` where `spans` cut it out: the gradient of a slice. Linear in `dy`.
 * @param dy what the spans cut out of a tensor of `shape`
 * @throws ShapeError if it has another shape, ValueError if a span lies outside
 */
export function sliceGradient(dy: Tensor, spans: readonly Span[], shape: Shape): Tensor {
  assertSpans("sliceGradient", spans);
  assertShape("sliceGradient", "shape", shape);
  return apply(sliceGradientOp, { dy }, { spans, shape }) as Tensor;
}

export const sliceGradientOps: { sliceGradient: typeof sliceGradientOp } = { sliceGradient: sliceGradientOp };
