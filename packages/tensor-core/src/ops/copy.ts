import { apply, tensorOver } from "../dispatch/dispatch.ts";
import { type AnyTensor, defineOp, type KernelOp } from "../dispatch/op.ts";
import { writeWalk } from "../runtime/frame.ts";
import { core } from "../runtime/heap.ts";
import type { Layout } from "../tensor/handle.ts";
import { unowned } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

const copyOp: KernelOp<"copy", ["x"], void, never> = defineOp("copy", ["x"], {
  shape: ({ x }) => x.shape,
  run: ({ x }, out) => copyElements(x, out),
});

/** Copies the elements of `from`, in whatever layout, to `to`'s; shapes are equal or `from` broadcasts. */
export function copyElements(from: AnyTensor, to: AnyTensor): void {
  writeWalk(to.shape, [to, from]);
  if (ITEM_SIZE[to.dtype] === 4) core().copy_words(from.address, to.address);
  else core().copy_bytes(from.address, to.address);
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

const castOp: KernelOp<"cast", ["x"], { dtype: DType }, never> = defineOp("cast", ["x"], {
  differentiable: false,
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

export const copyOps: { copy: typeof copyOp } = { copy: copyOp };
/** Without a gradient: its results are of another kind than its input. */
export const castOps: { cast: typeof castOp } = { cast: castOp };
