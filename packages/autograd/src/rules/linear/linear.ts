import { addProduct, type linearOps, sizeOf, type Tensor } from "@unfoldjs/tensor-core";
import { multilinear, type RowsOf, together } from "../../row/row.ts";

export const linearRules: RowsOf<typeof linearOps> = {
  // Y = X Wᵀ + b
  linear: multilinear(
    together({ x: ["weight"], weight: ["x"], bias: [] }, (dy: Tensor, { x, weight }, _, wanted) => ({
      ...(wanted.x && { x: dy.matmul(weight as Tensor) }),
      ...(wanted.weight && { weight: addedProduct(wanted.weight.into, rows(dy).transpose(), rows(x as Tensor)) }),
      ...(wanted.bias && { bias: rows(dy).sum(0) }),
    })),
    ["bias"],
  ),
};

/** A · B, added in place to a sum that is there: a weight used at each time step has one gradient, not one a step. */
function addedProduct(into: Tensor | undefined, a: Tensor, b: Tensor): Tensor {
  if (into === undefined) return a.matmul(b);
  addProduct(into, a, b);
  return into;
}

/** The tensor as (rows, features). */
function rows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
}
