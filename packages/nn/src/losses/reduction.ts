import { type Reduction, type Tensor, ValueError } from "@unfoldjs/tensor-core";

/** The mean of losses, their sum, or themselves. @throws ValueError for another word */
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case "none":
      return losses;
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    default:
      throw new ValueError("loss", { reduction: String(reduction) }, 'a reduction is "mean", "sum" or "none"');
  }
}
