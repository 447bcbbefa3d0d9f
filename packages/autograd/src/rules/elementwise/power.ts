import {
  type arithmeticOps,
  isFollowed,
  logicalAnd,
  onesLike,
  type Shape,
  type Tensor,
  where,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { elementwise, type RowOf, saving } from "../../row/row.ts";
import { zeroWhere } from "./zero-where.ts";

type Condition = Tensor<Shape, "bool">;

/** The least of f32 that has all of its digits, whose reciprocal is finite, and the largest. */
const [LEAST, LARGEST]: readonly [number, number] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127];

/**
 * b aᵇ⁻¹ is 0 for b = 0 even where a = 0; for b ≥ 0 aᵇ ln a goes to 0 with a. What is put in a's place there keeps infinities
 * out of higher orders. Neither is constant where it is 0: ∂²aᵇ/∂a∂b is 1 / a for b = 0, and 1 for a = 0 and b = 1, as
 * PyTorch has it from one side. Where somebody derives by what the mask would hide, a term that is 0 stands in its place.
 */
export const powerRow: RowOf<(typeof arithmeticOps)["pow"]> = elementwise({
  a: saving(["a", "b"], (dy: Tensor, { a, b }) => {
    const isConstant = b.equal<Shape, []>(0);
    const base = where(isConstant, onesLike(a), a);
    const slope = dy.mul(b.mul(base.pow(b.sub(1))));
    return where(isConstant, isFollowed(b) ? slopeAtZero(isConstant, dy, a, b) : zerosLike(slope), slope);
  }),
  b: saving(["a", "b", "y"], (dy: Tensor, { a, b, y }) => {
    const isZero = logicalAnd<Shape, Shape>(a.equal<Shape, []>(0), b.greaterEqual<Shape, []>(0));
    const base = where(isZero, onesLike(a), a);
    const slope = dy.mul(y.mul(base.log()));
    return where(isZero, isFollowed(a) ? slopeAtOne(dy, a, b) : zerosLike(slope), slope);
  }),
});

/** dy b aᵇ / a for b = 0, which is 0; nothing where a has no reciprocal. */
function slopeAtZero(isConstant: Condition, dy: Tensor, a: Tensor, b: Tensor): Tensor {
  const isUsable = logicalAnd<Shape, Shape>(isWithin(a, LEAST), isWithin(dy, 0));
  const base = where(isUsable, a, onesLike(a));
  // Elsewhere 0 too: what is masked must not overflow.
  const exponent = where(isConstant, b, zerosLike(b));
  const along = where(isUsable, dy, zerosLike(dy));
  return along.mul(exponent.mul(base.pow(exponent)).div(base));
}

/** dy a for a = 0 and b = 1, which is 0. */
function slopeAtOne(dy: Tensor, a: Tensor, b: Tensor): Tensor {
  const isUsable = logicalAnd<Shape, Shape>(b.equal<Shape, []>(1), isWithin(dy, 0));
  const along = where(isUsable, dy, zerosLike(dy));
  return zeroWhere(a.notEqual<Shape, []>(0), along.mul(where(a.equal<Shape, []>(0), a, zerosLike(a))));
}

/** Where it is finite, and this large. */
function isWithin(x: Tensor, least: number): Condition {
  const size = x.abs();
  return logicalAnd<Shape, Shape>(size.greaterEqual<Shape, []>(least), size.lessEqual<Shape, []>(LARGEST));
}
