import { magnitude, type Tensor } from "@unfoldjs/tensor-core";

/**
 * x / √(mean x² + ε) over some axes, of x without a mean: in shares of a power of two, whose squares f32 holds, and which is
 * not so far below √ε that ε itself would overflow in them.
 */
export function normalised(centred: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const least = epsilon > 0 ? 2 ** Math.floor(Math.log2(epsilon) / 2) : 0;
  const scale = magnitude(centred, axes, true).maximum(least);
  const shares = centred.div(scale);
  const spread = shares
    .square()
    .mean(axes, true)
    .add(scale.reciprocal().mul(Math.sqrt(epsilon)).square());
  return shares.mul(spread.rsqrt());
}
