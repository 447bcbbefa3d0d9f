import { type DType, expand, type Shape, type Tensor, assertTensor } from "@unfoldjs/tensor-core";
import { withoutDerivatives } from "../gradient/derivation.ts";

/**
 * The same elements as a constant: no gradient goes back through it and no tangent forward, PyTorch's `detach`. A view,
 * without a copy.
 *
 * @example
 * const bootstrapped = reward.add(stopGradient(nextValue).mul(0.99)); // a target that is not learned
 */
export function stopGradient<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  assertTensor("stopGradient", "x", x);
  // A tensor of its own: an alias would be known to tapes and tangents as the same.
  return withoutDerivatives(() => expand(x as Tensor<Shape, D>, x.shape)) as Tensor<Shape, D> as Tensor<S, D>;
}
