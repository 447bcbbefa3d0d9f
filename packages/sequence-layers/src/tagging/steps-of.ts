import type { Tensor } from "@unfoldjs/tensor-core";

/**
 * Each place along an axis by itself, without the axis: views. Halves of halves, since the gradient of a piece is as large as what it
 * was cut from: so all of them cost as many passes as there are halvings, and not as there are places.
 */
export function stepsOf(x: Tensor, axis: 0 | 1): Tensor[] {
  const count = x.shape[axis] ?? 0;
  if (count === 0) return [];
  if (count === 1) return [x.squeeze(axis)];
  const middle = count >> 1;
  return [...stepsOf(x.slice(axis, 0, middle), axis), ...stepsOf(x.slice(axis, middle, count), axis)];
}
