import * as codes from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ShapeError } from "../../errors/index.ts";
import { broadcastShapes } from "../../shape/axes.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { CanMatMul, MatMul } from "../../types/matmul.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { squeeze, unsqueeze } from "../view/view.ts";
import { matrixOf, multiplyInto } from "./product.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

const matmulOp: KernelOp<"matmul", ["a", "b"], void> = defineOp("matmul", ["a", "b"], {
  shape: ({ a, b }) => {
    assertFloat("matmul", { a, b });
    const [rows, depth] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0];
    const [inner, columns] = [b.shape.at(-2) ?? 0, b.shape.at(-1) ?? 0];
    if (depth !== inner) {
      throw new ShapeError(
        "matmul",
        { left: a.shape, right: b.shape },
        `left columns (${depth}) must equal right rows (${inner})`,
        depth === columns
          ? "did you mean right.transpose()?"
          : rows === inner
            ? "did you mean left.transpose()?"
            : undefined,
      );
    }
    const batches = { left: a.shape.slice(0, -2), right: b.shape.slice(0, -2) };
    return [...broadcastShapes("matmul", batches, { left: a.shape, right: b.shape }), rows, columns];
  },
  multiplyAdds: ({ a }, out) => out.size * (a.shape.at(-1) ?? 0),
  run: ({ a, b }, out) => multiplyInto("matmul", matrixOf(a), matrixOf(b), matrixOf(out), codes.ProductStart.Zero),
});

/**
 * Matrix product over the last two axes; the axes before them broadcast. A vector on the left is a row, on the right a
 * column, and its axis is gone from the result, as in PyTorch. Transposed operands are not copied.
 *
 * @param a (…, rows, depth) or (depth) @param b (…, depth, columns) or (depth)
 * @returns (…, rows, columns)
 * @throws ShapeError if depths differ or batches do not broadcast, DTypeError unless both are f32
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B & CanMatMul<A, B>>,
): Tensor<MatMul<A, B>> {
  // The common case before all else: dispatch looks at what it is given.
  if (a?.rank > 1 && b?.rank > 1) return apply(matmulOp, { a, b }, undefined) as Tensor<MatMul<A, B>>;
  assertTensor("matmul", "a", a);
  assertTensor("matmul", "b", b);
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError(
      "matmul",
      { left: a.shape, right: b.shape },
      "both sides need at least one axis",
      "mul(a, b) scales by a number",
    );
  }
  return composed("matmul", () => {
    const [row, column]: readonly [Tensor, Tensor] = [a, b];
    const left = a.rank === 1 ? unsqueeze(row, 0) : a;
    const right = b.rank === 1 ? unsqueeze(column, 1) : b;
    let product = apply(matmulOp, { a: left, b: right }, undefined) as Tensor;
    if (b.rank === 1) product = squeeze(product, -1);
    if (a.rank === 1) product = squeeze(product, b.rank === 1 ? -1 : -2);
    return product as Tensor<MatMul<A, B>>;
  });
}

export const matmulOps: { matmul: typeof matmulOp } = { matmul: matmulOp };
