import type { MatMulProblem } from "../work.ts";

/** Shapes of the operands as they are stored, and of the product. */
export function shapesOf({ batch, rows, inner, columns, leftTransposed, rightTransposed }: MatMulProblem): {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly product: readonly number[];
} {
  const batches = batch === undefined ? [] : [batch];
  return {
    left: [...batches, ...(leftTransposed ? [inner, rows] : [rows, inner])],
    right: [...batches, ...(rightTransposed ? [columns, inner] : [inner, columns])],
    product: [...batches, rows, columns],
  };
}
