import { type AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { assertBeside } from "./operands.ts";

/** @throws ShapeError unless x has channels, and the others one element for each of them; DTypeError unless all are f32 */
export function assertChannels(
  op: string,
  x: AnyTensor,
  perChannel: Readonly<Record<string, AnyTensor | undefined>>,
): void {
  if (x.rank < 2) throw new ShapeError(op, { x: x.shape }, "x must be (batch, channels, …)");
  assertBeside(op, x, perChannel, x.shape[1], "the channels of x");
}

/** @throws ShapeError where there are channels that have no elements */
export function assertElements(op: string, x: AnyTensor): void {
  if (x.size !== 0 || x.shape[1] === 0) return;
  throw new ShapeError(op, { x: x.shape }, "a channel without elements has no mean", "pass at least one example");
}

export function channelsOf({ shape }: AnyTensor): Shape {
  return shape.slice(1, 2);
}

/** (planes, channels, elements of a channel in a plane) */
export function planesOf({ shape }: AnyTensor): [number, number, number] {
  return [shape[0] ?? 0, shape[1] ?? 0, sizeOf(shape.slice(2))];
}
