import { type mathsOps, tensor, type Tensor, where } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, saving, savingNothing } from "../../row/row.ts";

const TWO_OVER_ROOT_PI: number = 2 / Math.sqrt(Math.PI);

export const mathsRules: RowsOf<typeof mathsOps> = {
  neg: elementwise({ x: savingNothing((dy) => dy.neg()) }),
  abs: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x.sign())) }),
  square: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x).mul(2)) }),
  sqrt: elementwise({ x: saving("y", (dy, { y }) => dy.div(y).mul(0.5)) }),
  // d x^(−1/2) = −x^(−3/2) / 2
  rsqrt: elementwise({ x: saving("y", (dy, { y }) => dy.mul(y.mul(y).mul(y)).mul(-0.5)) }),
  reciprocal: elementwise({ x: saving("y", (dy, { y }) => dy.mul(y.square()).neg()) }),
  exp: elementwise({ x: saving("y", (dy, { y }) => dy.mul(y)) }),
  expm1: elementwise({ x: saving("y", (dy, { y }) => dy.mul(y.add(1))) }),
  log: elementwise({ x: saving("x", (dy, { x }) => dy.div(x)) }),
  log1p: elementwise({ x: saving("x", (dy, { x }) => dy.div(x.add(1))) }),
  sin: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x.cos())) }),
  cos: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x.sin()).neg()) }),
  // Both are over the square of the distance from the origin; 0 at the origin itself, as in PyTorch.
  atan2: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => dy.mul(b.div(squaredDistance(a, b)))),
    b: saving(["a", "b"], (dy, { a, b }) => dy.mul(a.div(squaredDistance(a, b))).neg()),
  }),
  erf: elementwise({ x: saving("x", (dy, { x }) => dy.mul(x.square().neg().exp()).mul(TWO_OVER_ROOT_PI)) }),
};

/** a² + b², and ∞ where that is 0: what is divided by it has derivatives of 0 there. */
function squaredDistance(a: Tensor, b: Tensor): Tensor {
  const square = a.square().add(b.square());
  return where(square.equal(0), tensor(Infinity), square);
}
