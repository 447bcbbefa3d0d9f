import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { DTypeError, IndexError, ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes, axes, normalAxis } from "../../shape/axes.ts";
import { sizeOf } from "../../shape/layout.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../../types/dtype.ts";
import type { Product } from "../../types/arithmetic.ts";
import type { HasAxes, SizeAt, WithSize } from "../../types/axes.ts";
import type { Appended, Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertIndexDType, assertInRange } from "./indices.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertWhole } from "../../arguments/checks.ts";
import { checkOptions, truthValue } from "../../arguments/options.ts";

/** Sizes before, along and after an axis. */
function around(shape: Shape, axis: number): [outer: number, size: number, row: number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis] ?? 0, sizeOf(shape.slice(axis + 1))];
}

interface Selection {
  readonly axis: number;
  /** True where the gradient may be the rows that were taken, without the others. */
  readonly sparse: boolean;
}

const indexSelectOp: KernelOp<"indexSelect", ["x", "index"], Selection> = defineOp("indexSelect", ["x", "index"], {
  shape: ({ x, index }, { axis }) => {
    const [count] = axes("indexSelect", index.shape, "indices");
    assertIndexDType("indexSelect", index);
    assertAxes("indexSelect", x.shape, [axis]);
    return x.shape.with(axis, count);
  },
  check: ({ x, index }, { axis }) => assertInRange("indexSelect", index, x.shape[axis] ?? 0),
  dtype: ({ x }) => x.dtype,
  run: ({ x, index }, out, { axis }) => {
    const [outer, size, row] = around(x.shape, axis);
    onContiguous(x, (from) =>
      onContiguous(index, (places) =>
        core().select_rows(
          outer,
          size,
          row * ITEM_SIZE[x.dtype],
          places.size,
          places.address,
          from.address,
          out.address,
        ),
      ),
    );
  },
});

/**
 * Rows of `x` along an axis, in the order of a list of indices, each as often as it is named.
 * @param index (count), i32 @returns the shape of `x` with `count` in place of the axis's size
 * @throws IndexError, ShapeError, DTypeError
 */
export function indexSelect<S extends Shape, D extends DType, Axis extends number, I extends Shape>(
  x: Tensor<S, D>,
  axis: Axis & HasAxes<S, Axis>,
  index: Tensor<I, "i32">,
): Tensor<WithSize<S, Axis, Product<I>>, D> {
  assertTensor("indexSelect", "x", x);
  const attributes = { axis: normalAxis("indexSelect", x.shape, axis), sparse: false };
  return apply(indexSelectOp, { x, index }, attributes) as Tensor<WithSize<S, Axis, Product<I>>, D>;
}

/**
 * Rows of an embedding matrix, one for each index: oneHot(indices) · weight, without ever making the ones and zeros.
 * @param weight (vocabulary, dimension) @param indices any shape, i32 @returns (…indices, dimension)
 * @param sparse lets `backward` give the gradient of the weight as the rows that were taken. Default false. Either way rows
 *   of one index are added one after the other (see `indexAdd` for how many digits that costs).
 * @throws IndexError naming the first index outside the vocabulary, ShapeError, DTypeError
 */
export function embedding<W extends Shape, I extends Shape>(
  weight: Tensor<W>,
  indices: Tensor<I, "i32">,
  options?: { readonly sparse?: boolean },
): Tensor<Appended<I, SizeAt<W, 1>>>;
export function embedding(
  weight: Tensor<Shape>,
  indices: Tensor<Shape, "i32">,
  options: { readonly sparse?: boolean } = {},
): Tensor<Shape> {
  checkOptions("embedding", options, { sparse: truthValue });
  const { sparse = false } = options;
  assertTensor("embedding", "weight", weight);
  assertTensor("embedding", "indices", indices);
  const [vocabulary, dimension] = axes("embedding weight", weight.shape, "vocabulary dimension");
  try {
    return composed("embedding", () => {
      const rows = apply(indexSelectOp, { x: weight, index: indices.reshape([indices.size]) }, { axis: 0, sparse });
      return rows.reshape([...indices.shape, dimension]) as Tensor<Shape>;
    });
  } catch (error) {
    if (error instanceof DTypeError) assertIndexDType("embedding", indices);
    if (error instanceof IndexError) assertInRange("embedding", indices, vocabulary); // as they came, and not in one list
    throw error;
  }
}

type IndexAddOp = KernelOp<"indexAdd", ["rows", "index"], { axis: number; size: number }>;

/** Linear in `rows`; its own gradient is `indexSelect`. */
const indexAddOp: IndexAddOp = defineOp("indexAdd", ["rows", "index"], {
  shape: ({ rows, index }, { axis, size }) => {
    const [count] = axes("indexAdd", index.shape, "indices");
    assertFloat("indexAdd", { rows });
    if (rows.shape[axis] !== count) {
      throw new ShapeError("indexAdd", { rows: rows.shape, index: index.shape, axis }, "needs one index for each row");
    }
    assertIndexDType("indexAdd", index);
    return rows.shape.with(axis, size);
  },
  check: ({ index }, { size }) => assertInRange("indexAdd", index, size),
  run: ({ rows, index }, out, { axis }) => {
    core().clear(out.address, out.size * ITEM_SIZE.f32);
    const [outer, size, row] = around(out.shape, axis);
    onContiguous(rows, (from) =>
      onContiguous(index, (places) =>
        core().add_rows(outer, size, row, places.size, places.address, from.address, out.address),
      ),
    );
  },
});

/**
 * Zeros with rows added at the indices of a list, in its order: the adjoint of `indexSelect`, and so the gradient of an
 * embedding.
 *
 * Rows of equal indices are added one after the other in f32, as in PyTorch on a CPU: n of them are off by at most
 * n · 2⁻²⁴ · Σ|row|. A million times 0.1 is 100958, and ten thousand times 999.90. Where one index comes as often as that,
 * `oneHot(index, size).transpose().matmul(rows)` adds in blocks.
 * @param index (count), i32 @param size of the axis in the result
 * @throws IndexError, ShapeError, DTypeError
 */
export function indexAdd(rows: Tensor<Shape>, axis: number, index: Tensor<Shape, "i32">, size: number): Tensor<Shape> {
  assertTensor("indexAdd", "rows", rows);
  assertWhole("indexAdd", "size", size);
  return apply(indexAddOp, { rows, index }, { axis: normalAxis("indexAdd", rows.shape, axis), size }) as Tensor<Shape>;
}

export const indexSelectOps: { indexSelect: typeof indexSelectOp; indexAdd: typeof indexAddOp } = {
  indexSelect: indexSelectOp,
  indexAdd: indexAddOp,
};
