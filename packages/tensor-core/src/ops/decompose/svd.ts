import { checkOptions, truthValue } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFiniteElements } from "../copy/finite.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { PUBLIC } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { core } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Unknown } from "../../types/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { matricesOf } from "./matrices.ts";

type SvdResults = { readonly u: typeof PUBLIC; readonly s: typeof PUBLIC; readonly vh: typeof PUBLIC };

const svdOp: KernelOp<"svd", ["x"], { readonly full: boolean }, SvdResults> = defineOp("svd", ["x"], {
  results: { u: PUBLIC, s: PUBLIC, vh: PUBLIC },
  shape: ({ x }, { full }) => {
    const { batch, rows, columns } = matricesOf("svd", x);
    const few = Math.min(rows, columns);
    return {
      u: [...batch, rows, full ? rows : few],
      s: [...batch, few],
      vh: [...batch, full ? columns : few, columns],
    };
  },
  check: ({ x }) => assertFiniteElements("svd", "x", x, "of others there is no decomposition"),
  run: ({ x }, { u, s, vh }, { full }) => {
    const { count, rows, columns } = matricesOf("svd", x);
    onContiguous(x, (dense) => {
      check(
        "svd",
        core().singular(count, rows, columns, full ? 1 : 0, dense.address, u.address, s.address, vh.address),
      );
    });
  },
  multiplyAdds: ({ x }) => 8 * x.size * Math.min(x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0),
});

/** How `svd` decomposes. */
export interface SvdOptions {
  /** U and Vᵀ square, with bases of what is left; else only as many vectors as there are singular values. Default true. */
  readonly fullMatrices?: boolean;
}

/** x = U diag(s) Vᵀ. */
export interface SingularValues<S extends Shape = Shape> {
  /** (…, rows, rows), or (…, rows, k) without full matrices: orthonormal columns. */
  readonly u: Tensor<Unknown<S>>;
  /** (…, k), k the smaller side: not negative, descending. */
  readonly s: Tensor<Shape>;
  /** (…, columns, columns), or (…, k, columns): orthonormal rows. */
  readonly vh: Tensor<Unknown<S>>;
}

/**
 * The singular value decomposition x = U diag(s) Vᵀ of each matrix of a batch, as PyTorch's `torch.linalg.svd`: its names, its
 * shapes, and full matrices unless `fullMatrices: false`.
 *
 * Signs are one: in each row of Vᵀ the element of the largest magnitude is positive, of equal ones the first; in a column of a
 * full U that has no such row it is its own. Vectors of equal singular values may be turned into each other all the same.
 * It is computed in f64: what comes out is right to f32's last digits, small singular values too.
 *
 * Gradients are PyTorch's. That of `s` alone always exists. Those of `u` and `vh` need singular values that differ, and are not
 * stable where they nearly do: they divide by the differences of their squares; and by the values themselves unless the
 * matrix is square. Columns of a full U, and rows of a full Vᵀ, beyond the smaller side count as constants. Only a loss that does
 * not change when both vectors of a singular value change their sign has a gradient that means something.
 * @param x (…, rows, columns), f32
 * @throws ShapeError, DTypeError; ValueError if an element is NaN or infinite
 */
export function svd<S extends Shape>(x: Tensor<S>, options: SvdOptions = {}): SingularValues<S> {
  checkOptions<SvdOptions>("svd", options, { fullMatrices: truthValue });
  assertTensor("svd", "x", x);
  const { u, s, vh } = apply(svdOp, { x }, { full: options.fullMatrices ?? true });
  return { u: u as Tensor<Unknown<S>>, s: s as Tensor, vh: vh as Tensor<Unknown<S>> };
}

export const svdOps: { svd: typeof svdOp } = { svd: svdOp };
