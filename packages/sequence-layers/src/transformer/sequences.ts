import { assertWhole, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";

/** Of a sequence that was checked; without an axis of the batch it is a batch of one. */
export function sequenceSizes(
  { shape }: Tensor,
  batchFirst: boolean,
): { readonly batch: number; readonly time: number; readonly hasBatch: boolean } {
  const [first = 0, second = 0] = shape;
  if (shape.length === 2) return { batch: 1, time: first, hasBatch: false };
  return batchFirst ? { batch: first, time: second, hasBatch: true } : { batch: second, time: first, hasBatch: true };
}

/** @throws ValueError unless both are whole numbers from 1 up, and the heads divide `dModel` */
export function assertHeads(op: string, dModel: number, nhead: number): void {
  assertWhole(op, "dModel", dModel, 1);
  assertWhole(op, "nhead", nhead, 1);
  if (dModel % nhead !== 0) throw new ValueError(op, { dModel, nhead }, "the heads must divide dModel");
}

/** @throws ShapeError, DTypeError unless it is one of a transformer's sequences */
export function assertSequence(
  op: string,
  name: string,
  x: Tensor,
  dModel: number,
  batchFirst: boolean,
  rank: number = (x as Tensor | undefined)?.shape?.length === 2 ? 2 : 3,
): void {
  const [time, batch] = [{ time: undefined }, { batch: undefined }];
  const lead = rank === 2 ? time : batchFirst ? { ...batch, ...time } : { ...time, ...batch };
  assertAxes(op, name, x, { ...lead, dModel });
}
