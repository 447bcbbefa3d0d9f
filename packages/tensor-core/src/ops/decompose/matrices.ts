import type { AnyTensor } from "../../dispatch/results.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { ShapeError } from "../../errors/index.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";

/** A batch of matrices: (…batch, rows, columns). */
export interface Matrices {
  readonly batch: Shape;
  /** How many there are. */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** @throws ShapeError unless there are two axes, DTypeError unless it is f32 */
export function matricesOf(op: string, x: AnyTensor): Matrices {
  assertFloat(op, { x });
  const [rows, columns] = [x.shape.at(-2), x.shape.at(-1)];
  if (rows === undefined || columns === undefined)
    throw new ShapeError(op, { x: x.shape }, "takes matrices: (…, rows, columns)", "x.unsqueeze(0) is one of one row");
  const batch = x.shape.slice(0, -2);
  return { batch, count: sizeOf(batch), rows, columns };
}
