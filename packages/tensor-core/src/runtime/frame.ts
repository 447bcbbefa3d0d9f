import type { Layout } from "../shape/layout.ts";
import { core, heapI32 } from "./heap.ts";

let start = -1;

/** Index of the frame's first word in `heapI32()`. */
export function frameStart(): number {
  if (start < 0) start = (core().frame() >>> 0) / 4;
  return start;
}

/** Writes plain words to the frame, from its start. */
export function writeFrame(words: readonly number[]): void {
  const heap = heapI32();
  const at = frameStart();
  for (let i = 0; i < words.length; i++) heap[at + i] = words[i] ?? 0;
}

/**
 * Writes a walk (see the crate's `layout::Walk`): rank, sizes, then the strides of each operand, broadcast against
 * `shape` by stride 0, trailing axes aligned as in NumPy.
 */
export function writeWalk(shape: readonly number[], operands: readonly Layout[]): void {
  const heap = heapI32();
  const rank = shape.length;
  let at = frameStart();
  heap[at++] = rank;
  for (let axis = 0; axis < rank; axis++) heap[at++] = shape[axis] ?? 1;
  for (const operand of operands) {
    const missing = rank - operand.shape.length;
    for (let axis = 0; axis < rank; axis++) {
      const own = axis - missing;
      const broadcast = own < 0 || (operand.shape[own] === 1 && shape[axis] !== 1);
      heap[at++] = broadcast ? 0 : (operand.strides[own] ?? 0);
    }
  }
}
