import {
  expand,
  onesLike,
  type reduceOps,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
  where,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { type CallFacts, custom, linear, type RowsOf, saving, savingNothing } from "../../row/row.ts";

type Facts = CallFacts<{ readonly axes: readonly number[] }>;

export const reduceRules: RowsOf<typeof reduceOps> = {
  sum: linear({ x: savingNothing((dy, facts) => spread(dy, facts)) }),
  // A mean of nothing is spread over nothing: its share must not be infinite on the way.
  mean: linear({ x: savingNothing((dy, facts) => spread(dy.mul(1 / Math.max(1, reducedCount(facts))), facts)) }),
  prod: custom(
    { x: saving(["x", "y"], (dy, { x, y }, facts) => spread(dy, facts).mul(productOfOthers(x, y, facts))) },
    ["x", "y"],
    ({ x: t }, { x, y }, facts: Facts) =>
      reduced((t as Tensor).mul(productOfOthers(x as Tensor, y as Tensor, facts)), y as Tensor, facts),
  ),
  max: custom(
    { x: saving(["x", "y"], (dy, { x, y }, facts) => spread(dy, facts).mul(sharesOfExtremes(x, y, facts))) },
    ["x", "y"],
    ({ x: t }, { x, y }, facts: Facts) =>
      reduced((t as Tensor).mul(sharesOfExtremes(x as Tensor, y as Tensor, facts)), y as Tensor, facts),
  ),
  min: custom(
    { x: saving(["x", "y"], (dy, { x, y }, facts) => spread(dy, facts).mul(sharesOfExtremes(x, y, facts))) },
    ["x", "y"],
    ({ x: t }, { x, y }, facts: Facts) =>
      reduced((t as Tensor).mul(sharesOfExtremes(x as Tensor, y as Tensor, facts)), y as Tensor, facts),
  ),
};

/** ∂/∂xᵢ of a product is that of the others: y / xᵢ, or for the only zero of a group the product of the rest. */
function productOfOthers(x: Tensor, y: Tensor, facts: Facts): Tensor {
  const isZero = x.equal(0);
  const zeros = spread(isZero.to("f32").sum(facts.attributes.axes), facts);
  const withoutZeros = where(isZero, onesLike(x), x);
  const rest = spread(withoutZeros.prod(facts.attributes.axes), facts);
  const atZero = where(zeros.equal(1), rest, zerosLike(x));
  return where(isZero, atZero, spread(y, facts).div(withoutZeros));
}

/** A sum over the axes that go, in the shape of the result. */
function reduced(x: Tensor, y: Tensor, { attributes: { axes } }: Facts): Tensor {
  return reshape<Shape, "f32">(x.sum(axes), y.shape);
}

/** A reduction's result, or its gradient, repeated along the axes that went. */
function spread(y: Tensor, { attributes: { axes }, shapes }: Facts): Tensor {
  const shape = shapes["x"] ?? [];
  const withOnes = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return expand<Shape, "f32">(reshape<Shape, "f32">(y, withOnes), shape);
}

function reducedCount({ attributes: { axes }, shapes }: Facts): number {
  return sizeOf(axes.map((axis) => shapes["x"]?.[axis] ?? 1));
}

/** 1 at the extreme of a group, or an even share where several elements equal it; 0 elsewhere. */
function sharesOfExtremes(x: Tensor, y: Tensor, facts: Facts): Tensor {
  const isExtreme = x.equal(spread(y, facts)).to("f32");
  return isExtreme.div(spread(isExtreme.sum(facts.attributes.axes), facts));
}
