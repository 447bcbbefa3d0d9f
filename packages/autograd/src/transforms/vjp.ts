import {
  type IsOneElement,
  onesLike,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  zerosLike,
} from "@unfoldjs/tensor-core";
import type { DirectionOf, FitsDirection } from "./direction.ts";
import { assertFunction } from "./function.ts";
import { recorded } from "./recorded.ts";
import { type GradientOf, leavesOf, matchingLeaves, withLeaves } from "./tree.ts";

/** A value, and the gradient for a cotangent of it. */
export interface WithGradient<X, Y> {
  readonly value: Y;
  readonly gradient: GradientOf<X>;
}

/** What a value must be to need no cotangent, as far as its type tells. */
export type IsOneNumber<Y> = Y extends Tensor<infer S extends Shape> ? IsOneElement<S> : unknown;

/**
 * The value of `f` and its derivative pulled back from a gradient of the value, Jᵀ · u, as PyTorch's
 * `torch.autograd.functional.vjp`. It costs two to three times what `f` does, however many outputs there are.
 *
 * @param f gives f32 tensors: one, or several in arrays and plain records; not async
 * @param inputs its argument: tensors in arrays and plain records, or an object that has parameters, such as a Module
 * @param cotangent in the structure and shapes of the value; 1 if absent, and the value is then one number
 * @returns value, and a gradient in the structure and shapes of `inputs`, zero where the value does not depend on them; the
 * caller owns them
 * @throws ShapeError, ValueError if the cotangent does not fit; GradientError for an op without a gradient
 * @example vjp((x: Tensor) => x.square(), tensor([1, 2, 3]), tensor([1, 0, 10])).gradient; // [2, 0, 60]
 */
export function vjp<X extends object, Y extends object>(
  f: (inputs: X) => Y & IsOneNumber<Y>,
  inputs: X,
  cotangent?: undefined,
): WithGradient<X, Y>;
export function vjp<X extends object, Y extends object, const T extends DirectionOf<Y> = DirectionOf<Y>>(
  f: (inputs: X) => Y,
  inputs: X,
  cotangent: T & FitsDirection<Y, T>,
): WithGradient<X, Y>;
export function vjp<X extends object, Y extends object>(
  f: (inputs: X) => Y,
  inputs: X,
  cotangent?: Y,
): WithGradient<X, Y> {
  assertFunction("vjp", f);
  return scope(() => {
    const sources = leavesOf("vjp", inputs);
    return recorded(
      "vjp",
      () => f(inputs),
      sources,
      ({ value, outputs, pull }) => {
        const cotangents =
          cotangent === undefined ? one(outputs) : matchingLeaves("vjp", "cotangent", value, cotangent);
        const gradients = pull(cotangents).map((gradient, i) => gradient ?? zerosLike(sources[i] as Tensor));
        return { value, gradient: withLeaves(inputs, gradients) };
      },
    );
  });
}

/** @throws ShapeError unless there is just one number, whose gradient is 1 */
function one(outputs: readonly Tensor[]): Tensor[] {
  const [output] = outputs;
  if (outputs.length === 1 && output?.size === 1) return [onesLike(output)];
  throw new ShapeError(
    "vjp",
    { outputs: outputs.length, result: output?.shape },
    "without a cotangent the result must be one number",
    "pass a cotangent in the structure and shapes of the result",
  );
}
