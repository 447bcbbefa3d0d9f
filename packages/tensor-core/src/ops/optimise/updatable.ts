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
  const written: Readonly<Record<string, AnyTensor | undefined>> = { parameter, ...remembered };
  assertLike(op, parameter, written);
  assertLike(op, parameter, read);
  for (const name in written) {
    const target = written[name];
    if (target === undefined || target.isContiguous) continue;
    const { shape, strides } = target;
    throw new ShapeError(op, { shape, strides }, "what is updated must be contiguous");
  }
  assertApart(op, written, read, SAME_ELEMENTS);
}

const SAME_ELEMENTS = { sameElements: true };

function assertLike(op: string, parameter: AnyTensor, others: Readonly<Record<string, AnyTensor | undefined>>): void {
  assertFloat(op, others);
  for (const name in others) {
    const other = others[name];
    if (other === undefined || sameShape(parameter.shape, other.shape)) continue;
    const came = { parameter: parameter.shape, [name]: other.shape };
    throw new ShapeError(op, came, `the ${name} must have the parameter's shape`);
  }
}
