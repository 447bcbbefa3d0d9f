import { assertNumber, assertWhole, inCall, type Shape, sizeOf, ValueError } from "@unfoldjs/tensor-core";

/** @throws ValueError unless all are whole numbers from 1 up */
export function assertSizes(op: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) assertWhole(op, name, size, 1);
}

/** Before the first of several weights is made, which nobody would give back. @throws ShapeError on one that is too large */
export function assertWeights(op: string, ...shapes: readonly Shape[]): void {
  for (const shape of shapes) inCall(op, () => sizeOf(shape));
}

/** An option that counts something. @throws ValueError unless it is a whole number from 1 up */
export function assertCount(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
}

/** @throws ValueError unless it is a probability */
export function assertDropout(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (value >= 0 && value <= 1) return;
  throw new ValueError(op, { [name]: value }, "the probability of a zero must be in [0, 1]");
}
