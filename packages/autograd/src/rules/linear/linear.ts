import type { linearOps, Tensor } from "@unfoldjs/tensor-core";
import { custom, type RowsOf, saving, savingNothing } from "../rule.ts";

export const linearRules: RowsOf<typeof linearOps> = {
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
