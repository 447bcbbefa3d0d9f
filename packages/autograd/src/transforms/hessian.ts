import type { IsOneElement, Shape, Tensor } from "@unfoldjs/tensor-core";
import { gradientAt } from "./grad.ts";
import { derivatives, type JacobianOf } from "./jacobian.ts";
import type { GradientOf } from "./tree.ts";

/**
 * The second derivatives of `f` at `x`: H[…i, …j] = ∂² f(x) / ∂x[…i] ∂x[…j]. Forward over reverse: the gradient runs once for
 * each element of `x`. `hvp` gives its product with a direction for the price of one.
 *
 * @param f gives one f32 number
 * @param x its argument: tensors in arrays and plain records, or an object that has parameters, such as a Module
 * @returns (…shape, …shape) for each input by each input; the caller owns it
 * @throws GradientError for an op without a derivative
 * @example hessian((x: Tensor) => x.pow(3).sum(), tensor([1, 2])); // [[6, 0], [0, 12]]
 */
export function hessian<X extends object, S extends Shape = Shape>(
  f: (x: X) => Tensor<S & IsOneElement<S>>,
  x: X,
): JacobianOf<GradientOf<X>, X> {
  return derivatives("hessian", () => gradientAt("hessian", f, x), x, { mode: "forward" }) as JacobianOf<
    GradientOf<X>,
    X
  >;
}
