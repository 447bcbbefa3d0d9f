import { sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { assertList, assertOneOf } from "../../arguments/checks.ts";

/** @throws ValueError unless they are names of gradients */
export function assertAsked(
  op: string,
  asked: readonly string[],
  names: readonly string[] = ["x", "weight", "bias"],
): void {
  assertList(op, "asked", asked, "an array of names of gradients");
  for (const name of asked) assertOneOf(op, "asked", name, names);
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

/** @throws ShapeError unless x has rows, and one weight and bias for each of their elements; DTypeError unless all are f32 */
export function assertRows(
  op: string,
  x: AnyTensor,
  perElement: Readonly<Record<string, AnyTensor | undefined>>,
): void {
  if (x.rank === 0) throw new ShapeError(op, { x: x.shape }, "needs at least one axis");
  assertBeside(op, x, perElement, x.shape.at(-1), "the size of x's last");
}

/** Number of rows. */
export function rowsOf({ shape }: AnyTensor): number {
  return sizeOf(shape.slice(0, -1));
}

/**
 * @param wanted tensors that go with x, and the shape that each must have
 * @throws ShapeError unless they do; DTypeError unless all are f32
 */
export function assertShapes(
  op: string,
  x: AnyTensor,
  wanted: Readonly<Record<string, readonly [AnyTensor, Shape]>>,
): void {
  for (const [name, [tensor, shape]] of Object.entries(wanted)) {
    assertFloat(op, { [name]: tensor });
    if (tensor.shape.join() === shape.join()) continue;
    throw new ShapeError(op, { x: x.shape, [name]: tensor.shape }, `${name} must have the shape [${shape.join(", ")}]`);
  }
}
