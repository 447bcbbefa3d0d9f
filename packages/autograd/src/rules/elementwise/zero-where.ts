import { type Shape, type Tensor, where, zerosLike } from "@unfoldjs/tensor-core";

/** `value`, but 0 where the condition holds. */
export function zeroWhere(condition: Tensor<Shape, "bool">, value: Tensor): Tensor<Shape> {
  return where(condition, zerosLike(value), value);
}
