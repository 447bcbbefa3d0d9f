import { refusePromise, scope, type Tensor, ValueError, withHandler, zerosLike } from "@unfoldjs/tensor-core";
import { Tangents } from "../tangents/tangents.ts";
import type { DirectionOf, FitsDirection } from "./direction.ts";
import { assertFunction } from "./function.ts";
import { own } from "./own.ts";
import { type GradientOf, leavesOf, matchingLeaves, withLeaves } from "./tree.ts";

/** A value, and how it changes along a direction: of its structure and shapes. */
export interface WithTangent<Y> {
  readonly value: Y;
  readonly tangent: GradientOf<Y>;
}

/**
 * The value of `f` and its derivative along a direction, J · t, in one run forward: nothing is kept for a way back, and it
 * costs two to three times what `f` does, however many inputs there are.
 *
 * @param f gives f32 tensors: one, or several in arrays and plain records; not async
 * @param primals its argument: tensors in arrays and plain records, or an object that has parameters, such as a Module
 * @param tangents the direction, in the structure and shapes of `primals`; a record by path for an object with parameters
 * @returns value and tangent of one structure, zero where the value does not depend on `primals`; the caller owns them
 * @throws ShapeError, ValueError if the direction does not fit; GradientError for an op without a derivative
 * @example jvp((x: Tensor) => x.square(), tensor([1, 2, 3]), tensor([1, 0, 0])).tangent; // [2, 0, 0]
 */
export function jvp<X extends object, Y extends object, const T extends DirectionOf<X> = DirectionOf<X>>(
  f: (primals: X) => Y,
  primals: X,
  tangents: T & FitsDirection<X, T>,
): WithTangent<Y> {
  assertFunction("jvp", f);
  return scope(() => {
    const sources = leavesOf("jvp", primals);
    const directions = matchingLeaves("jvp", "tangent", primals, tangents);
    const { value, outputs, found } = pushed("jvp", () => f(primals), sources, directions);
    return {
      value,
      tangent: withLeaves(
        value,
        outputs.map((output, i) => found[i] ?? zerosLike(output)),
      ),
    };
  });
}

/** What a run forward gave: the tensors in its value, and the tangent of each that has one. */
export interface Pushed<Y> {
  readonly value: Y;
  readonly outputs: readonly Tensor[];
  readonly found: readonly (Tensor | undefined)[];
}

/** Runs `f` with tangents along its sources. @throws ValueError if one tensor is to go in two directions */
export function pushed<Y extends object>(
  op: string,
  f: () => Y,
  sources: readonly Tensor[],
  directions: readonly Tensor[],
): Pushed<Y> {
  const tangents = new Tangents();
  try {
    for (const [i, source] of sources.entries()) {
      if (tangents.follows(source) && directions[sources.indexOf(source)] !== directions[i]) {
        throw new ValueError(
          op,
          { shape: source.shape },
          "one tensor stands in two places and is to go in two directions",
          "pass a clone() in one of them",
        );
      }
      tangents.set(source, directions[i] as Tensor);
    }
    const value = withHandler(tangents, f);
    refusePromise(op, value);
    const outputs = leavesOf(op, value, "the result of the function");
    return { value, outputs, found: outputs.map((output) => own(tangents.ofResult(output, op))) };
  } finally {
    tangents.release();
  }
}
