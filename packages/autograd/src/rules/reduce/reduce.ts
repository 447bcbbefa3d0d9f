import {
  concat,
  expand,
  onesLike,
  permute,
  type reduceOps,
  reshape,
  type Shape,
  sizeOf,
  slice,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type CallFacts, custom, linear, type RowsOf, saving, savingNothing } from "../../row/row.ts";

type Facts = CallFacts<{ readonly axes: readonly number[] }>;

export const reduceRules: RowsOf<typeof reduceOps> = {
  sum: linear({ x: savingNothing((dy, facts) => spread(dy, facts)) }),
  // A mean of nothing is spread over nothing: its share must not be infinite on the way.
  mean: linear({ x: savingNothing((dy, facts) => spread(dy.mul(1 / Math.max(1, reducedCount(facts))), facts)) }),
  prod: custom(
    { x: saving("x", (dy, { x }, facts) => spread(dy, facts).mul(productOfOthers(x, facts))) },
    ["x", "y"],
    ({ x: t }, { x, y }, facts: Facts) =>
      reduced((t as Tensor).mul(productOfOthers(x as Tensor, facts)), y as Tensor, facts),
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

/**
 * ∂/∂xᵢ of a product is that of the others. Nothing is divided, so that zeros, infinities and what overflows are as right as
 * anything else: pairs are multiplied, pairs of pairs, and so on, and on the way back the others of each are the others of
 * its pair times its partner.
 */
function productOfOthers(x: Tensor, { attributes: { axes } }: Facts): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const last = permute(x, order);
  const [groups, size] = [kept, axes].map((some) => sizeOf(some.map((axis) => x.shape[axis] ?? 1)));
  const others = othersOf(reshape(last, [groups ?? 1, size ?? 1]));
  return permute(
    reshape(others, last.shape),
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** For each element of a row of (groups, size) the product of the rest of the row. */
function othersOf(x: Tensor): Tensor {
  const size = x.shape[1] ?? 0;
  if (size <= 1) return onesLike(x);
  // Each of the first half has its partner in the second; in a row of odd length one is left without.
  const [half, pairs] = [Math.ceil(size / 2), Math.floor(size / 2)];
  const [left, alone, right] = [slice(x, 1, 0, pairs), slice(x, 1, pairs, half), slice(x, 1, half, size)];
  const others = othersOf(concat([left.mul<Shape, Shape>(right), alone], 1));
  const ofPairs = slice(others, 1, 0, pairs);
  return concat([ofPairs.mul<Shape, Shape>(right), slice(others, 1, pairs, half), ofPairs.mul<Shape, Shape>(left)], 1);
}

/** A sum over the axes that go, in the shape of the result. */
function reduced(x: Tensor, y: Tensor, { attributes: { axes } }: Facts): Tensor {
  return reshape(x.sum(axes), y.shape);
}

/** A reduction's result, or its gradient, repeated along the axes that went. */
function spread(y: Tensor, { attributes: { axes }, shapes }: Facts): Tensor {
  const shape = shapes["x"] ?? [];
  const withOnes = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return expand(reshape(y, withOnes), shape);
}

function reducedCount({ attributes: { axes }, shapes }: Facts): number {
  return sizeOf(axes.map((axis) => shapes["x"]?.[axis] ?? 1));
}

/** 1 at the extreme of a group, or an even share where several elements equal it; 0 elsewhere. */
function sharesOfExtremes(x: Tensor, y: Tensor, facts: Facts): Tensor {
  const isExtreme = x.equal(spread(y, facts)).to("f32");
  return isExtreme.div(spread(isExtreme.sum(facts.attributes.axes), facts));
}
