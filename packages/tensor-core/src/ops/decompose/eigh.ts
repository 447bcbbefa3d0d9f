import { checkOptions, oneOf } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFiniteElements } from "../copy/finite.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { PUBLIC } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Unknown } from "../../types/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { matricesOf } from "./matrices.ts";

/** Both: the mean of the two. */
type Triangle = "both" | "L" | "U";
/** In the kernel's order. */
const TRIANGLES: readonly Triangle[] = ["both", "L", "U"];

type EighResults = { readonly eigenvalues: typeof PUBLIC; readonly eigenvectors: typeof PUBLIC };

const eighOp: KernelOp<"eigh", ["x"], { readonly triangle: Triangle }, EighResults> = defineOp("eigh", ["x"], {
  results: { eigenvalues: PUBLIC, eigenvectors: PUBLIC },
  shape: ({ x }) => {
    const { batch, rows, columns } = matricesOf("eigh", x);
    if (rows !== columns) throw new ShapeError("eigh", { x: x.shape }, "matrices must be square");
    return { eigenvalues: [...batch, rows], eigenvectors: [...batch, rows, rows] };
  },
  check: ({ x }) => assertFiniteElements("eigh", "x", x, "of others there is no decomposition"),
  run: ({ x }, { eigenvalues, eigenvectors }, { triangle }) => {
    const { count, rows } = matricesOf("eigh", x);
    onContiguous(x, (dense) => {
      const [values, vectors] = [eigenvalues.address, eigenvectors.address];
      check("eigh", core().symmetric_eigen(count, rows, TRIANGLES.indexOf(triangle), dense.address, values, vectors));
    });
  },
  multiplyAdds: ({ x }) => 5 * x.size * (x.shape.at(-1) ?? 0),
});

/** How `eigh` reads a matrix. */
export interface EighOptions {
  /** The one triangle that counts: below the diagonal, or above it. Both do if absent: their mean is taken. */
  readonly uplo?: "L" | "U";
}

/** x = Q diag(λ) Qᵀ. */
export interface Eigen<S extends Shape = Shape> {
  /** (…, n), ascending. */
  readonly eigenvalues: Tensor<Shape>;
  /** (…, n, n): orthonormal columns. */
  readonly eigenvectors: Tensor<Unknown<S>>;
}

/**
 * Eigenvalues and eigenvectors of each symmetric matrix of a batch, as PyTorch's `torch.linalg.eigh`. Of a matrix that is not
 * symmetric the mean of both triangles is taken, or with `uplo` one of them alone, which is what PyTorch does ("L").
 *
 * In each eigenvector the element of the largest magnitude is positive, of equal ones the first. Those of equal eigenvalues may
 * be turned into each other. It is computed in f64, so that what comes out is right to f32's last digits.
 *
 * Gradients are PyTorch's, those of a symmetric matrix also where one triangle is read. That of the eigenvalues alone always exists;
 * that of eigenvectors divides by the differences of eigenvalues, and is not stable where they are nearly equal.
 * @param x (…, n, n), f32
 * @throws ShapeError, DTypeError; ValueError if an element is NaN or infinite
 */
export function eigh<S extends Shape>(x: Tensor<S>, options: EighOptions = {}): Eigen<S> {
  checkOptions<EighOptions>("eigh", options, { uplo: oneOf("L", "U") });
  assertTensor("eigh", "x", x);
  const { eigenvalues, eigenvectors } = apply(eighOp, { x }, { triangle: options.uplo ?? "both" });
  return { eigenvalues: eigenvalues as Tensor, eigenvectors: eigenvectors as Tensor<Unknown<S>> };
}

export const eighOps: { eigh: typeof eighOp } = { eigh: eighOp };
