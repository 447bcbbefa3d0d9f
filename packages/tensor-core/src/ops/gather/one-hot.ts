import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Appended, Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertIndexDType, assertInRange } from "./indices.ts";

const oneHotOp: KernelOp<"oneHot", ["index"], { classes: number }, OneDiscrete> = defineOp("oneHot", ["index"], {
  results: { y: DISCRETE },
  shape: ({ index }, { classes }) => {
    assertIndexDType("oneHot", index);
    return [...index.shape, classes];
  },
  check: ({ index }, { classes }) => assertInRange("oneHot", index, classes),
  dtype: () => "f32",
  run: ({ index }, out, { classes }) => {
    onContiguous<Shape, DType, void>(index, (places: AnyTensor) =>
      core().one_hot(places.size, classes, places.address, out.address),
    );
  },
});

/**
 * 1 at each index and 0 elsewhere, f32.
 * @param index any shape, i32 @param classes how many there are @returns (…index, classes)
 * @throws IndexError naming the first index that is no class, DTypeError
 */
export function oneHot<I extends Shape, Classes extends number>(
  index: Tensor<I, "i32">,
  classes: Classes,
): Tensor<Appended<I, Classes>> {
  if (!Number.isSafeInteger(classes) || classes < 0) {
    throw new ValueError("oneHot", { classes }, "the number of classes must be a whole number from 0 up");
  }
  return apply(oneHotOp, { index }, { classes }) as Tensor<Appended<I, Classes>>;
}

/** Without a gradient: its argument is an index. */
export const oneHotOps: { oneHot: typeof oneHotOp } = { oneHot: oneHotOp };
