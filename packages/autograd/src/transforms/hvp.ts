import { type IsOneElement, scope, type Shape, type Tensor, zerosLike } from "@unfoldjs/tensor-core";
import type { DirectionOf, FitsDirection } from "./direction.ts";
import { gradientAt } from "./grad.ts";
import { pushed } from "./jvp.ts";
import { type GradientOf, leavesOf, matchingLeaves, withLeaves } from "./tree.ts";

/**
 * The Hessian of `f` at `x` times a direction `v`: how the gradient changes along it. Forward over reverse: it costs a few
 * times what `f` does, and the Hessian itself is never built.
 *
 * @param f gives one f32 number
 * @param x its argument: tensors in arrays and plain records, or an object that has parameters, such as a Module
 * @param v in the structure and shapes of `x`
 * @returns in the structure and shapes of `x`; the caller owns it
 * @throws ShapeError, ValueError if `v` does not fit; GradientError for an op without a derivative
 * @example hvp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 1])); // [6, 12]
 */
export function hvp<X extends object, const T extends DirectionOf<X> = DirectionOf<X>, S extends Shape = Shape>(
  f: (x: X) => Tensor<S & IsOneElement<S>>,
  x: X,
  v: T & FitsDirection<X, T>,
): GradientOf<X> {
  return scope(() => {
    const directions = matchingLeaves("hvp", "direction", x, v);
    const { outputs, found } = pushed("hvp", () => gradientAt("hvp", f, x) as object, leavesOf("hvp", x), directions);
    return withLeaves(
      x,
      outputs.map((output, i) => found[i] ?? zerosLike(output)),
    );
  });
}
