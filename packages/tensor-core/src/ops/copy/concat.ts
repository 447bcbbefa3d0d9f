import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type InputNames, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, ShapeError, ValueError } from "../../errors/index.ts";
import { assertAxes, normalAxis } from "../../shape/axes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { CanConcat, Concatenated } from "../../types/join.ts";
import { copyIntoWindow } from "./copy.ts";
import { assertTensors } from "../../tensor/assert-tensor.ts";

/** Its inputs are called "0", "1", …: in that order, as whole-number keys always are. */
const concatOp: KernelOp<"concat", InputNames, { axis: number }> = defineOp<"concat", InputNames, { axis: number }>(
  "concat",
  [],
  {
    shape: (parts, { axis }) => {
      const all = Object.values(parts);
      const [first] = all as [AnyTensor];
      assertAxes("concat", first.shape, [axis]);
      for (const part of all) assertBeside(first, part, axis);
      return first.shape.with(
        axis,
        all.reduce((total, part) => total + (part.shape[axis] ?? 0), 0),
      );
    },
    run: (parts, out, { axis }) => {
      let start = 0;
      for (const part of Object.values(parts)) {
        copyIntoWindow(part, out, {
          shape: part.shape,
          strides: out.strides,
          offset: out.offset + start * (out.strides[axis] ?? 0),
        });
        start += part.shape[axis] ?? 0;
      }
    },
  },
);

function assertBeside(first: AnyTensor, part: AnyTensor, axis: number): void {
  if (part.dtype !== first.dtype) {
    throw new DTypeError(
      "concat",
      { first: first.dtype, other: part.dtype, shape: part.shape },
      "all must have the same dtype",
      `.to("${first.dtype}")`,
    );
  }
  const fits = part.rank === first.rank && part.shape.every((size, at) => at === axis || size === first.shape[at]);
  if (!fits) {
    throw new ShapeError(
      "concat",
      { first: first.shape, other: part.shape, axis },
      `all sizes but that of axis ${axis} must be equal`,
    );
  }
}

/**
 * Tensors one after the other along an axis.
 * @param tensors at least one; equal in dtype and in all sizes but that of the axis
 * @throws ShapeError, DTypeError, ValueError if there is none
 */
export function concat<const T extends readonly AnyTensor[], Axis extends number = 0>(
  tensors: T & CanConcat<T, Axis>,
  axis?: Axis,
): Tensor<Concatenated<T, Axis>, T[number]["dtype"]>;
export function concat(tensors: readonly AnyTensor[], axis = 0): AnyTensor {
  assertTensors("concat", "tensors", tensors);
  const [first] = tensors;
  if (first === undefined) throw new ValueError("concat", { tensors: 0 }, "needs at least one tensor");
  return apply(concatOp, Object.fromEntries(tensors.entries()), {
    axis: normalAxis("concat", first.shape, axis),
  });
}

export const concatOps: { concat: typeof concatOp } = { concat: concatOp };
