import {
  expand,
  type reduceOps,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
  where,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { type CallFacts, custom, linear, type RowsOf, saving, savingNothing } from "../rule.ts";

type Facts = CallFacts<{ readonly axes: readonly number[] }>;

export const reduceRules: RowsOf<typeof reduceOps> = {
  sum: linear({ x: savingNothing((dy, facts) => spread(dy, facts)) }),
  mean: linear({ x: savingNothing((dy, facts) => spread(dy.mul(1 / reducedCount(facts)), facts)) }),
  // ∂/∂xᵢ is the product of the others: y / xᵢ, or for the only zero of a group the product of the rest.
  prod: custom({
    x: saving(["x", "y"], (dy, { x, y }, facts) => {
      const isZero = x.equal(0);
      const zeros = spread(isZero.to("f32").sum(facts.attributes.axes), facts);
      const rest = spread(where(isZero, zerosLike(x).add(1), x).prod(facts.attributes.axes), facts);
      const atZero = where(zeros.equal(1), rest, zerosLike(x));
      const elsewhere = spread(y, facts).div(where(isZero, zerosLike(x).add(1), x));
      return spread(dy, facts).mul(where(isZero, atZero, elsewhere));
    }),
  }),
  max: custom({ x: saving(["x", "y"], (dy, { x, y }, facts) => toExtremes(dy, x, y, facts)) }),
  min: custom({ x: saving(["x", "y"], (dy, { x, y }, facts) => toExtremes(dy, x, y, facts)) }),
};

/** A reduction's result, or its gradient, repeated along the axes that went. */
function spread(reduced: Tensor, { attributes: { axes }, shapes }: Facts): Tensor {
  const shape = shapes["x"] ?? [];
  const withOnes = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return expand<Shape, "f32">(reshape<Shape, "f32">(reduced, withOnes), shape);
}

function reducedCount({ attributes: { axes }, shapes }: Facts): number {
  return sizeOf(axes.map((axis) => shapes["x"]?.[axis] ?? 1));
}

/** Shares dy evenly among the elements that equal the extreme of their group. */
function toExtremes(dy: Tensor, x: Tensor, y: Tensor, facts: Facts): Tensor {
  const isExtreme = x.equal(spread(y, facts)).to("f32");
  const winners = spread(isExtreme.sum(facts.attributes.axes), facts);
  return spread(dy, facts).mul(isExtreme).div(winners);
}
