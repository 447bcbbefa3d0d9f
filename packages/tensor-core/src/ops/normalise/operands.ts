import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { assertNumber, assertList, assertOneOf } from "../../arguments/checks.ts";

/** @throws ValueError unless it may be added to a variance */
export function assertEpsilon(op: string, epsilon: number): void {
  assertNumber(op, "epsilon", epsilon);
  if (epsilon >= 0 && epsilon < Infinity) return;
  throw new ValueError(op, { epsilon }, "epsilon must be a number from 0 up");
}

/** @throws ValueError unless they are names of gradients */
export function assertAsked(op: string, asked: readonly string[]): void {
  assertList(op, "asked", asked, "an array of names of gradients");
  for (const name of asked) assertOneOf(op, "asked", name, ["x", "weight", "bias"]);
}

/**
 * @param count of elements that each of the others must have @param counted what that is, in words
 * @throws ShapeError unless they do, on one axis; DTypeError unless all are f32
 */
export function assertBeside(
  op: string,
  x: AnyTensor,
  others: Readonly<Record<string, AnyTensor | undefined>>,
  count: number | undefined,
  counted: string,
): void {
  assertFloat(op, { x, ...others });
  for (const name in others) {
    const tensor = others[name];
    if (tensor === undefined || (tensor.rank === 1 && tensor.shape[0] === count)) continue;
    throw new ShapeError(
      op,
      { x: x.shape, [name]: tensor.shape },
      `the ${name} must have one axis of ${count}, ${counted}`,
    );
  }
}
