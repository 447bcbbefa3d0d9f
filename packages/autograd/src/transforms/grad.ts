import { scope, type Tensor, zerosLike } from "@unfoldjs/tensor-core";
import { differentiate } from "./differentiate.ts";
import { type GradientOf, leavesOf, withLeaves } from "./tree.ts";

/**
 * The function that gives `f`'s value and its gradient with respect to its first argument.
 *
 * @param f gives one f32 number; its first argument is a tensor, or tensors in arrays and plain records
 * @returns value, and a gradient of the first argument's structure and shapes, zero where `f` does not depend on it; the
 * caller owns them
 * @example const { value, gradient } = valueAndGrad((w: Tensor) => x.matmul(w).square().mean())(weights);
 */
export function valueAndGrad<T extends object, Rest extends unknown[]>(
  f: (first: T, ...rest: Rest) => Tensor,
): (first: T, ...rest: Rest) => { value: Tensor; gradient: GradientOf<T> } {
  return (first, ...rest) =>
    scope(() => {
      const leaves = leavesOf("valueAndGrad", first);
      const { value, gradients } = differentiate(() => f(first, ...rest), leaves);
      const filled = leaves.map((leaf, i) => gradients[i] ?? zerosLike(leaf));
      return { value, gradient: withLeaves(first, filled) };
    });
}

/**
 * The function that gives the gradient of `f` with respect to its first argument. It can itself be differentiated.
 *
 * @example grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2, 3])); // [2, 4, 6]
 */
export function grad<T extends object, Rest extends unknown[]>(
  f: (first: T, ...rest: Rest) => Tensor,
): (first: T, ...rest: Rest) => GradientOf<T> {
  const both = valueAndGrad(f);
  return (first, ...rest) => {
    const { value, gradient } = both(first, ...rest);
    value.dispose();
    return gradient;
  };
}
