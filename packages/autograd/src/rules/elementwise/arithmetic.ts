import { type arithmeticOps, logicalAnd, type Shape, type Tensor, where, zerosLike } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, saving, savingNothing } from "../../row/row.ts";
import { powerRow } from "./power.ts";
import { zeroWhere } from "./zero-where.ts";

export const arithmeticRules: RowsOf<typeof arithmeticOps> = {
  add: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy) }),
  sub: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy.neg()) }),
  mul: elementwise({ a: saving("b", (dy, { b }) => dy.mul(b)), b: saving("a", (dy, { a }) => dy.mul(a)) }),
  // d(a/b)/db = −a/b² = −y/b
  div: elementwise({
    a: saving("b", (dy, { b }) => dy.div(b)),
    b: saving(["b", "y"], (dy, { b, y }) => dy.mul(y).div(b).neg()),
  }),
  pow: powerRow,
  maximum: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => shared(dy, a.equal(b), a.less(b))),
    b: saving(["a", "b"], (dy, { a, b }) => shared(dy, a.equal(b), b.less(a))),
  }),
  minimum: elementwise({
    a: saving(["a", "b"], (dy, { a, b }) => shared(dy, a.equal(b), a.greater(b))),
    b: saving(["a", "b"], (dy, { a, b }) => shared(dy, a.equal(b), b.greater(a))),
  }),
  // Limits themselves do not pass, nor does NaN: as in PyTorch 2.15. An infinite limit is none.
  clamp: elementwise({
    x: saving("x", (dy, { x }, { attributes: { low, high } }) => {
      const above = low === -Infinity ? undefined : x.greater(low);
      const below = high === Infinity ? undefined : x.less(high);
      const inside = above !== undefined && below !== undefined ? logicalAnd(above, below) : (above ?? below);
      return inside === undefined ? dy : where(inside, dy, zerosLike(dy));
    }),
  }),
};

/** Of dy nothing where an input lost, half of it where both are equal; NaN lets it pass to both, as in PyTorch. */
function shared(dy: Tensor, isEqual: Tensor<Shape, "bool">, isLost: Tensor<Shape, "bool">): Tensor<Shape> {
  return zeroWhere(isLost, where(isEqual, dy.mul(0.5), dy));
}
