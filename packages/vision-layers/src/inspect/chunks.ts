import { scope, type Tensor } from "@unfoldjs/tensor-core";

/**
 * Goes through `count` in chunks, each in a scope of its own.
 * @param start what the first gets; disposed with the rest @param step from `first` up to, not including, `last`
 * @returns what the last one gave
 */
export function inChunks(
  count: number,
  size: number,
  start: Tensor,
  step: (first: number, last: number, before: Tensor) => Tensor,
): Tensor {
  let before = start;
  for (let first = 0; first < count; first += size) {
    const after = scope(() => step(first, Math.min(count, first + size), before));
    if (after !== before) before.dispose();
    before = after;
  }
  return before;
}
