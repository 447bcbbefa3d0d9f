import type { Reduction, Tensor } from "@unfoldjs/tensor-core";

/** The mean of losses, their sum, or themselves. */
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return losses;
  return reduction === "mean" ? losses.mean() : losses.sum();
}
