import { type AnyTensor, DTypeError } from "@unfoldjs/tensor-core";
import { isFloat } from "../rules/differentiable.ts";

/** The error for a result that has no derivative because of its dtype. */
export function notFloat(op: string, result: AnyTensor): DTypeError {
  const { shape, dtype } = result;
  return new DTypeError(
    op,
    { result: shape, dtype },
    "a derivative is taken of f32 numbers",
    isFloat(result)
      ? 'return it .to("f32")'
      : "whole numbers and truth values have no slope: return the floats that they were made of",
  );
}
