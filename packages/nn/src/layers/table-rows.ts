import { noGrad, stopGradient } from "@unfoldjs/autograd";
import { fromArray, IndexError, indexSelect, scope, type Shape, type Tensor, where } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";

/** A row from the end where it is negative. @throws IndexError on one that is no row */
export function paddingRow(op: string, paddingIdx: number, rows: number): number {
  const row = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  if (row >= 0 && row < rows) return row;
  throw new IndexError(op, { paddingIdx, rows }, `paddingIdx must be in ${-rows}…${rows - 1}`);
}

/** Rows that were looked up, with no gradient through those of the padding. */
export function withoutPadding(looked: Tensor, x: Tensor<Shape, "i32">, padding: number): Tensor {
  return scope(() => {
    const padded: Tensor<Shape, "bool"> = x.equal(padding);
    const ofRows: Tensor<Shape, "bool"> = padded.unsqueeze(-1);
    return where(ofRows, stopGradient(looked), looked);
  });
}

/** Added to a length that is divided by (PyTorch). */
const NEARLY_NOTHING = 1e-7;

/**
 * Shortens those of the rows that are looked up whose norm is larger than `maxNorm`, in the table itself, as PyTorch's
 * `embedding_renorm_`: the look-up sees the shortened rows, and no gradient sees the shortening.
 * @param normType p of the norm (Σ |x|ᵖ)^(1/p), or Infinity
 */
export function renormalise(weight: Parameter, x: Tensor<Shape, "i32">, maxNorm: number, normType: number): void {
  const dtype: string = x.dtype;
  const looked = Int32Array.from(new Set(x.data()));
  // What is no row is the look-up's to refuse, before anything is written.
  if (dtype !== "i32" || looked.length === 0 || !looked.every((row) => row >= 0 && row < (weight.shape[0] ?? 0)))
    return;
  const factors = scope(() =>
    noGrad(() => {
      const norms = normsOf(indexSelect(weight, 0, fromArray(looked)), normType);
      return norms.data().map((norm) => (norm > maxNorm ? maxNorm / (norm + NEARLY_NOTHING) : 1));
    }),
  );
  if (factors.every((factor) => factor === 1)) return;
  if (weight.storage.isShared) {
    // A tape may hold the rows as they were: a write that it sees is refused where it does.
    scope(() => {
      for (const [at, row] of looked.entries()) {
        const factor = factors[at] ?? 1;
        if (factor !== 1) (weight as Tensor).at(row).assign((weight as Tensor).at(row).mul(factor));
      }
    });
    return;
  }
  // A tape refuses what is followed once it was written by an op, for then gradients may be of what was there before. Here nobody
  // holds the rows but the table, and the look-up's gradient does not depend on them.
  const size = weight.size / (weight.shape[0] ?? 1);
  weight.borrow((values) => {
    for (const [at, row] of looked.entries()) {
      const factor = factors[at] ?? 1;
      if (factor === 1) continue;
      for (let i = row * size; i < (row + 1) * size; i++) values[i] = (values[i] ?? 0) * factor;
    }
  });
}

function normsOf(rows: Tensor, normType: number): Tensor {
  if (normType === 2) return rows.square().sum(-1).sqrt();
  if (normType === Infinity) return rows.abs().max(-1);
  return rows
    .abs()
    .pow(normType)
    .sum(-1)
    .pow(1 / normType);
}

/** Rows that were looked up, as they are; the gradient of each is divided by how often `x` names it. */
export function scaledByFrequency(looked: Tensor, x: Tensor<Shape, "i32">): Tensor {
  return scope(() => {
    const rows = x.data();
    const times = new Map<number, number>();
    for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1);
    const shares = fromArray(
      Float32Array.from(rows, (row) => 1 / (times.get(row) ?? 1)),
      [...x.shape, 1],
    );
    // Values stay to the bit: to what is held fast a difference is added that is zero.
    const fixed = stopGradient(looked);
    const scaled: Tensor = looked.sub(fixed).mul(shares);
    return scaled.add(fixed);
  });
}
