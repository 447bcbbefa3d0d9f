import { core, inCore } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";

/** Σ x² in f64, for the norm of gradients. @throws DTypeError unless x is f32 */
export function sumOfSquares(x: Tensor<Shape>): number {
  assertTensor("sumOfSquares", "x", x);
  assertFloat("sumOfSquares", { x });
  return onContiguous(x, (dense) => inCore("sumOfSquares", () => core().sum_of_squares(dense.size, dense.address)));
}
