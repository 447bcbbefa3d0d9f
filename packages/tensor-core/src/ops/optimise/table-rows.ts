import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertIndexDType } from "../gather/indices.ts";
import { assertApart } from "./apart.ts";

/**
 * Checks what a step on chosen rows of a table reads and writes.
 * @throws ShapeError, also if what is written shares memory; DTypeError
 */
export function assertTableRows(
  op: string,
  parameter: AnyTensor,
  indices: AnyTensor,
  gradient: AnyTensor,
  remembered: Readonly<Record<string, AnyTensor | undefined>>,
): void {
  assertFloat(op, { parameter, gradient, ...remembered });
  assertIndexDType(op, indices);
  const fits =
    indices.rank === 1 &&
    gradient.rank === parameter.rank &&
    gradient.shape.every((size, axis) => size === (axis === 0 ? indices.size : parameter.shape[axis]));
  if (!fits) {
    throw new ShapeError(
      op,
      { parameter: parameter.shape, indices: indices.shape, gradient: gradient.shape },
      "needs one row of the table's width for each index",
    );
  }
  const written = { parameter, ...remembered };
  for (const [name, tensor] of Object.entries(written)) {
    if (tensor === undefined) continue;
    const { shape, strides } = tensor;
    if (shape.join() !== parameter.shape.join()) {
      throw new ShapeError(
        op,
        { parameter: parameter.shape, [name]: shape },
        `the ${name} must have the table's shape`,
      );
    }
    if (!tensor.isContiguous) throw new ShapeError(op, { shape, strides }, "what is updated must be contiguous");
  }
  assertApart(op, written, { gradient }, { sameElements: false });
}
