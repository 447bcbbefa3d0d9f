import {
  magnitude,
  type momentOps,
  onesLike,
  reshape,
  type Shape,
  sizeOf,
  sum,
  type Tensor,
  type VarianceAttributes,
  where,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { type CallFacts, fused, type RowsOf, saving, type Some } from "../../row/row.ts";

type Attributes = VarianceAttributes;
type Axes = Pick<Attributes, "axes" | "keepDims">;

// Norms and deviations have the same slope at any scale: x is looked at in shares of a power of two.
export const momentRules: RowsOf<typeof momentOps> = {
  euclideanNorm: fused(
    {
      x: saving(["x", "y"], (dy: Tensor, { x, y }, facts: CallFacts<Axes>) => {
        const length = withAxes(y, facts);
        return x.div(where(length.equal(0), onesLike(length), length)).mul(withAxes(dy, facts));
      }),
    },
    ({ x }: Some, { axes, keepDims }: Axes) => {
      const scale = magnitude(x as Tensor, axes, true);
      const squares: Tensor = sum((x as Tensor).div(scale).square(), axes, true);
      return left(rootOf(squares).mul(scale), axes, keepDims);
    },
  ),
  variance: fused(
    {
      x: saving("x", (dy: Tensor, { x }, facts: CallFacts<Attributes>) => {
        const { axes } = facts.attributes;
        const share = withAxes(dy, facts).div(freedom(x.shape, facts.attributes));
        return x.sub(x.mean(axes, true)).mul(2).mul(share);
      }),
    },
    ({ x }: Some, attributes: Attributes) => varianceOf(x as Tensor, attributes),
  ),
  std: fused(
    {
      x: saving(["x", "y"], (dy: Tensor, { x, y }, facts: CallFacts<Attributes>) => {
        const { axes } = facts.attributes;
        const scale = magnitude(x, axes, true);
        const shares = x.div(scale);
        const root = withAxes(y, facts).div(scale);
        const isFlat = root.equal(0);
        const slope = withAxes(dy, facts).div(freedom(x.shape, facts.attributes));
        return shares
          .sub(shares.mean(axes, true))
          .div(where(isFlat, onesLike(root), root))
          .mul(where(isFlat, zerosLike(slope), slope));
      }),
    },
    ({ x }: Some, { axes, keepDims, correction }: Attributes) => {
      const scale = magnitude(x as Tensor, axes, true);
      const square = varianceOf((x as Tensor).div(scale), { axes, correction, keepDims: true });
      return left(rootOf(square).mul(scale), axes, keepDims);
    },
  ),
};

/** Of what goes through plain ops. */
function varianceOf(x: Tensor, attributes: Attributes): Tensor {
  const { axes, keepDims } = attributes;
  const distance = x.sub(x.mean(axes, true));
  const squares: Tensor = sum(distance.square(), axes, keepDims);
  return squares.div(freedom(x.shape, attributes));
}

/** By which the sum of squares is divided. */
function freedom(shape: Shape, { axes, correction }: Attributes): number {
  const count = sizeOf(axes.map((axis) => shape[axis] ?? 1));
  return count > correction ? count - correction : 0;
}

/** √x, flat at 0, where it has no slope. */
function rootOf(x: Tensor): Tensor {
  const isZero = x.equal(0);
  return where(isZero, zerosLike(x), where(isZero, onesLike(x), x).sqrt());
}

/** A result, or its gradient, with the axes that went as ones of size 1. */
function withAxes(y: Tensor, { attributes: { axes }, shapes }: CallFacts<Axes>): Tensor {
  return reshape(
    y,
    (shapes["x"] ?? []).map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

/** What was reduced with its axes kept, as it is asked for. */
function left(y: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  if (keepDims) return y;
  return reshape(
    y,
    y.shape.filter((_, axis) => !axes.includes(axis)),
  );
}
