import { fromArray, type Shape, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "./grad.ts";

// The course notes' matrix derivative, in denominator layout: for Y = A x, ∂Y/∂x = Aᵀ, and ∂Y/∂A = x in each row.
const A = [
  [1, 2, 3],
  [4, 5, 6],
] as const;
const X = [7, 8, 9] as const;

function gradientOf(component: number): { A: unknown; x: unknown } {
  const y = ({ a, x }: { a: Tensor; x: Tensor }): Tensor => a.matmul<Shape, Shape>(x).at(component).sum();
  const { a, x } = grad(y)({ a: tensor(A), x: tensor(X) });
  return { A: a.toArray(), x: x.toArray() };
}

describe("Y = A x", () => {
  test(
    "∂Y/∂x is Aᵀ: column i is the gradient of yᵢ",
    inBalance(() => {
      expect([gradientOf(0).x, gradientOf(1).x]).toEqual(A);
    }),
  );

  test(
    "∂yᵢ/∂A is x in row i and 0 elsewhere",
    inBalance(() => {
      expect(gradientOf(0).A).toEqual([X, [0, 0, 0]]);
      expect(gradientOf(1).A).toEqual([[0, 0, 0], X]);
    }),
  );

  test(
    "a gradient dY goes back as Aᵀ dY, and as dY times x outer",
    inBalance(() => {
      const dY = tensor([10, 100]);
      const f = ({ a, x }: { a: Tensor; x: Tensor }): Tensor => a.matmul<Shape, Shape>(x).mul(dY).sum();
      const { a, x } = grad(f)({ a: tensor(A), x: tensor(X) });
      expect(x.toArray()).toEqual(fromArray(A.flat(), [2, 3]).transpose().matmul(dY).toArray());
      expect(a.toArray()).toEqual([X.map((value) => 10 * value), X.map((value) => 100 * value)]);
    }),
  );

  test(
    "the gradient of xᵀ A x is (A + Aᵀ) x",
    inBalance(() => {
      const square = tensor([
        [1, 2],
        [5, 3],
      ]);
      const x = tensor([7, -2]);
      const f = (at: Tensor): Tensor => at.matmul<Shape, Shape>(square.matmul<Shape, Shape>(at)).sum();
      expect(grad(f)(x).toArray()).toEqual(square.add(square.transpose()).matmul(x).toArray());
    }),
  );
});
