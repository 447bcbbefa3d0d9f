import type { MatMulGradientProblem, MatMulProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";

/** left (rows, inner) · right (inner, columns), summed in f64. */
export function multiply(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const out = product.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < inner; k++) {
      const factor = at(left, row * inner + k);
      const start = k * columns;
      for (let column = 0; column < columns; column++) increase(out, column, factor * at(right, start + column));
    }
  }
  return product;
}

export function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) =>
    at(matrix, (i % rows) * columns + Math.floor(i / rows)),
  );
}

export function matmul({ batch = 1, rows, inner, columns, ...operands }: MatMulProblem): Outputs {
  const product = new Float64Array(batch * rows * columns);
  for (let n = 0; n < batch; n++) {
    const left = operands.left.subarray(n * rows * inner, (n + 1) * rows * inner);
    const right = operands.right.subarray(n * inner * columns, (n + 1) * inner * columns);
    const [a, b] = [
      operands.leftTransposed ? transpose(left, inner, rows) : left,
      operands.rightTransposed ? transpose(right, columns, inner) : right,
    ];
    product.set(multiply(a, b, rows, inner, columns), n * rows * columns);
  }
  return { product };
}

/** loss = Σ (left · right) ⊙ weight: ∂left = weight · rightᵀ, ∂right = leftᵀ · weight. */
export function matmulGradient({ rows, inner, columns, left, right, weight }: MatMulGradientProblem): Outputs {
  const product = multiply(left, right, rows, inner, columns);
  return {
    loss: [product.reduce((sum, value, i) => sum + value * at(weight, i), 0)],
    left: multiply(weight, transpose(right, inner, columns), rows, columns, inner),
    right: multiply(transpose(left, rows, inner), weight, inner, rows, columns),
  };
}
