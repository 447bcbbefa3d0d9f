import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { assertDType } from "../../dispatch/dtypes.ts";
import { castElements } from "../../runtime/elements.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

const castOp: KernelOp<"cast", ["x"], { dtype: DType }> = defineOp("cast", ["x"], {
  shape: ({ x }) => x.shape,
  dtype: (_, { dtype }) => dtype,
  run: ({ x }, out) => castElements(x, out),
});

/**
 * The elements converted to another dtype, by way of f32 or i32. Floats to whole numbers cut fractions off towards 0; what
 * lies beyond the range becomes its end, NaN 0. Whole numbers to i8 or u8 are modulo 256. To a float they, and wider
 * floats, become the nearest one, ties to even, and ±∞ beyond the range (f16's ends at 65,504); f16 and bf16 to f32 is
 * exact, and NaN stays NaN. To bool everything but 0 is true. The tensor itself if it has that dtype already. A
 * gradient passes between floats as it is, in f32.
 */
export function cast<S extends Shape, D extends DType>(x: Tensor<S, DType>, dtype: D): Tensor<S, D> {
  assertTensor("cast", "x", x);
  if (x.dtype === dtype) return x as Tensor<S, D>;
  assertDType("cast", dtype);
  return apply(castOp, { x }, { dtype }) as Tensor<S, D>;
}

export const castOps: { cast: typeof castOp } = { cast: castOp };
