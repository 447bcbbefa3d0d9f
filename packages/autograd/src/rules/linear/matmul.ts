import type { matmulOps } from "@unfoldjs/tensor-core";
import { multilinear, type RowsOf, saving } from "../../row/row.ts";

export const matmulRules: RowsOf<typeof matmulOps> = {
  // Y = A B: ∂/∂A = dY Bᵀ, ∂/∂B = Aᵀ dY. Batches that were broadcast are summed by the engine.
  matmul: multilinear({
    a: saving("b", (dy, { b }) => dy.matmul(b.transpose())),
    b: saving("a", (dy, { a }) => a.transpose().matmul(dy)),
  }),
};
