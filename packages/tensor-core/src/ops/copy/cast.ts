import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { writeWalk } from "../../runtime/frame.ts";
import { core } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";

const castOp: KernelOp<"cast", ["x"], { dtype: DType }, OneDiscrete> = defineOp("cast", ["x"], {
  results: { y: DISCRETE },
  shape: ({ x }) => x.shape,
  dtype: (_, { dtype }) => dtype,
  run: ({ x }, out) => castElements(x, out),
});

/**
 * The elements converted to another dtype: f32 to whole numbers cuts fractions off towards 0, i32 to u8 is modulo 256,
 * to bool everything but 0 is true. The tensor itself if it has that dtype already. No gradient passes.
 */
export function cast<S extends Shape, D extends DType>(x: Tensor<S, DType>, dtype: D): Tensor<S, D> {
  if (x.dtype === dtype) return x as Tensor<S, D>;
  return apply(castOp, { x }, { dtype }) as Tensor<S, D>;
}

function castElements(from: AnyTensor, to: AnyTensor): void {
  const kernels = core();
  // A bool is a u8 that holds 0 or 1.
  const casts: { [From in DType]: { [To in DType]: (x: number, y: number) => void } } = {
    f32: {
      f32: kernels.copy_words,
      i32: kernels.cast_f32_to_i32,
      u8: kernels.cast_f32_to_u8,
      bool: kernels.cast_f32_to_bool,
    },
    i32: {
      f32: kernels.cast_i32_to_f32,
      i32: kernels.copy_words,
      u8: kernels.cast_i32_to_u8,
      bool: kernels.cast_i32_to_bool,
    },
    u8: {
      f32: kernels.cast_u8_to_f32,
      i32: kernels.cast_u8_to_i32,
      u8: kernels.copy_bytes,
      bool: kernels.cast_u8_to_bool,
    },
    bool: {
      f32: kernels.cast_u8_to_f32,
      i32: kernels.cast_u8_to_i32,
      u8: kernels.copy_bytes,
      bool: kernels.copy_bytes,
    },
  };
  writeWalk(to.shape, [to, from]);
  casts[from.dtype][to.dtype](from.address, to.address);
}

export const castOps: { cast: typeof castOp } = { cast: castOp };
