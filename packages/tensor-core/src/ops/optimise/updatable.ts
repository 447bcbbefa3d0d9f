import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { sameShape } from "../../shape/layout.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertApart } from "./apart.ts";

/**
 * Checks what an optimiser's step reads and writes. What is written, the parameter and what is remembered of it, is
 * written through its address alone, and so must lie in row-major order.
 * @throws ShapeError, also if what is written shares memory; DTypeError unless all are f32
 */
export function assertUpdatable(
  op: string,
  parameter: AnyTensor,
  read: Readonly<Record<string, AnyTensor>>,
  remembered: Readonly<Record<string, AnyTensor | undefined>>,
): void {
  const others = { ...read, ...remembered };
  assertFloat(op, { parameter, ...others });
  for (const name in others) {
    const other = others[name];
    if (other === undefined || sameShape(parameter.shape, other.shape)) continue;
    throw new ShapeError(
      op,
      { parameter: parameter.shape, [name]: other.shape },
      `the ${name} must have the parameter's shape`,
    );
  }
  for (const written of [parameter, ...Object.values(remembered)]) {
    if (written === undefined || written.isContiguous) continue;
    const { shape, strides } = written;
    throw new ShapeError(op, { shape, strides }, "what is updated must be contiguous");
  }
  assertApart(op, { parameter, ...remembered }, read, { sameElements: true });
}
