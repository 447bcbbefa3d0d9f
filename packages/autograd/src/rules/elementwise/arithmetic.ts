import { type arithmeticOps, logicalAnd, type Shape, type Tensor, where, zerosLike } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, saving, savingNothing } from "../../row/row.ts";

export const arithmeticRules: RowsOf<typeof arithmeticOps> = {
  add: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy) }),
  sub: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy.neg()) }),
  mul: elementwise({ a: saving("b", (dy, { b }) => dy.mul(b)), b: saving("a", (dy, { a }) => dy.mul(a)) }),
  // d(a/b)/db = −a/b² = −y/b
  div: elementwise({
    a: saving("b", (dy, { b }) => dy.div(b)),
    b: saving(["b", "y"], (dy, { b, y }) => dy.mul(y).div(b).neg()),
  }),
  // b aᵇ⁻¹ is 0 for b = 0 even where a = 0; aᵇ ln a goes to 0 with a.
  pow: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => dy.mul(zeroWhere(b, b.mul(a.pow(b.sub(1)))))),
    b: saving(["a", "y"], (dy, { a, y }) => dy.mul(zeroWhere(a, y.mul(a.log())))),
  }),
  maximum: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => dy.mul(share(a, b))),
    b: saving(["a", "b"], (dy, { a, b }) => dy.mul(share(b, a))),
  }),
  minimum: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => dy.mul(share(b, a))),
    b: saving(["a", "b"], (dy, { a, b }) => dy.mul(share(a, b))),
  }),
  // Limits themselves pass, as in PyTorch.
  clamp: elementwise({
    x: saving("x", (dy, { x }, { attributes: { low, high } }) => {
      const inside = logicalAnd<Shape, Shape>(x.greaterEqual(low), x.lessEqual(high));
      return where(inside, dy, zerosLike(dy));
    }),
  }),
};

/** `value`, but 0 where `x` is 0. */
function zeroWhere(x: Tensor, value: Tensor): Tensor<Shape> {
  return where(x.equal(0), zerosLike(value), value);
}

/** 1 where `winner` is larger, 0 where it is smaller, a half where they are equal. */
function share(winner: Tensor, loser: Tensor): Tensor {
  return winner.greater(loser).to("f32").add(winner.equal(loser).to("f32").mul(0.5));
}
