import {
  type LocalResponse,
  localResponseNormGradient,
  type localResponseNormOps,
  magnitude,
  pad,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type CallFacts, fused, refused, type RowsOf, type Some, together } from "../../row/row.ts";

export const localResponseNormRules: RowsOf<typeof localResponseNormOps> = {
  localResponseNorm: fused(
    together({ x: ["x"] }, (dy: Tensor, saved, { attributes }: CallFacts<LocalResponse>) => {
      const { size, ...options } = attributes;
      return { x: localResponseNormGradient(dy, saved.x as Tensor, size, options) };
    }),
    composition,
  ),
  localResponseNormGradient: refused("derive from localResponseNorm: its composition has every order"),
};

/** x / (k + α / size · Σ x²)^β, the squares of neighbouring channels added up one distance after the other. */
function composition({ x }: Some, { size, alpha, beta, k }: LocalResponse): Tensor {
  const values = x as Tensor;
  const channels = values.shape[1] ?? 0;
  // No channel has more neighbours than there are channels.
  const [before, after] = [Math.floor(size / 2), Math.floor((size - 1) / 2)].map((most) =>
    Math.min(most, channels),
  ) as [number, number];
  // As (batch, channels, places), with the squares of channels that are not there.
  const places = sizeOf(values.shape.slice(2));
  const rows = values.reshape([values.shape[0] ?? 0, channels, places]);
  // In shares of a power of two, where f32 would not hold the squares.
  const scale = magnitude(rows, [1], true).maximum(1);
  const squares = pad(rows.div(scale).square(), [
    [before, after],
    [0, 0],
  ]);
  let sum = squares.slice(1, 0, channels);
  for (let by = 1; by <= before + after; by++) sum = sum.add(squares.slice(1, by, by + channels));
  const spread = sum.mul(alpha / size).add(scale.reciprocal().square().mul(k));
  const outer = scale.pow(-beta);
  return rows.mul(outer).mul(spread.pow(-beta)).mul(outer).reshape(values.shape);
}
