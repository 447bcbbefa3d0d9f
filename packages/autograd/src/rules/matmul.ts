import type { matmulOps, Tensor } from "@unfoldjs/tensor-core";
import { custom, linear, type RowsOf, saving, savingNothing } from "./rule.ts";

export const matmulRules: RowsOf<typeof matmulOps> = {
  // Y = A B: ∂/∂A = dY Bᵀ, ∂/∂B = Aᵀ dY. Batches that were broadcast are summed by the engine.
  matmul: linear({
    a: saving("b", (dy, { b }) => dy.matmul(b.transpose())),
    b: saving("a", (dy, { a }) => a.transpose().matmul(dy)),
  }),
  // Y = X Wᵀ + b
  linear: custom({
    x: saving("weight", (dy, { weight }) => dy.matmul(weight)),
    weight: saving("x", (dy, { x }) => rows(dy).transpose().matmul(rows(x))),
    bias: savingNothing((dy) => rows(dy).sum(0)),
  }),
};

/** The tensor as (rows, features). */
function rows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([-1, x.shape.at(-1) ?? 1]);
}
