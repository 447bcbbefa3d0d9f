import { type IsOneElement, scope, type Shape, type Tensor, zerosLike } from "@unfoldjs/tensor-core";
import { differentiated } from "./differentiate.ts";
import { assertFunction } from "./function.ts";
import { type GradientOf, leavesOf, withLeaves } from "./tree.ts";

/**
 * The function that gives `f`'s value and its gradient with respect to its first argument.
 *
 * @param f gives one f32 number; its first argument is a tensor, tensors in arrays and plain records, or an object that has
 * parameters, such as a Module
 * @returns value, and a gradient of the first argument's structure and shapes, zero where `f` does not depend on it; the
 * caller owns them
 * @throws ShapeError if the result has more than one element; DTypeError if it, or what it is derived by, is not f32;
 * ValueError if it is no tensor, or the first argument holds something else; ScopeError if `f` is async; GradientError for an op without a gradient
 * @example const { value, gradient } = valueAndGrad((w: Tensor) => x.matmul(w).square().mean())(weights);
 */
export function valueAndGrad<T extends object, Rest extends unknown[], S extends Shape>(
  f: (first: T, ...rest: Rest) => Tensor<S & IsOneElement<S>>,
): (first: T, ...rest: Rest) => { value: Tensor; gradient: GradientOf<T> } {
  assertFunction("valueAndGrad", f);
  return (first, ...rest) => valueAndGradient("valueAndGrad", () => f(first, ...rest), first);
}

function valueAndGradient<T extends object>(
  op: string,
  f: () => Tensor,
  at: T,
): { value: Tensor; gradient: GradientOf<T> } {
  return scope(() => {
    const leaves = leavesOf(op, at);
    const { value, gradients } = differentiated(op, f, leaves);
    const filled = leaves.map((leaf, i) => gradients[i] ?? zerosLike(leaf));
    return { value, gradient: withLeaves(at, filled) };
  });
}

/** The gradient of `f` by what it is taken at, for an error that says who asked. */
export function gradientAt<T extends object>(op: string, f: (at: T) => Tensor, at: T): GradientOf<T> {
  assertFunction(op, f);
  // The value goes with the scope, unless it was there before: what was passed, or what the function closes over.
  return scope(() => valueAndGradient(op, () => f(at), at).gradient);
}

/**
 * The function that gives the gradient of `f` with respect to its first argument. It can itself be differentiated.
 *
 * @throws as `valueAndGrad`
 * @example grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2, 3])); // [2, 4, 6]
 */
export function grad<T extends object, Rest extends unknown[], S extends Shape>(
  f: (first: T, ...rest: Rest) => Tensor<S & IsOneElement<S>>,
): (first: T, ...rest: Rest) => GradientOf<T> {
  assertFunction("grad", f);
  return (first, ...rest) => gradientAt("grad", (at) => f(at, ...rest), first);
}
