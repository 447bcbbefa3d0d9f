import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, IndexError } from "../../errors/index.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { onContiguous } from "../copy/copy.ts";

/** @throws DTypeError unless they are i32 */
export function assertIndexDType(op: string, index: AnyTensor): void {
  if (index.dtype === "i32") return;
  throw new DTypeError(op, { index: index.shape, dtype: index.dtype }, "indices must be i32", 'index.to("i32")');
}

/**
 * Looks at the indices themselves.
 * @param size of the axis that they point into @param low 0, or -size where negative ones count from the end
 * @throws IndexError naming the first that points outside
 */
export function assertInRange(op: string, index: AnyTensor, size: number, low = 0): void {
  onContiguous(index, (dense) => {
    const at = core().first_invalid_index(dense.size, dense.address, low, size);
    if (at === dense.size) return;
    throw new IndexError(
      op,
      { index: index.shape, position: positionOf(at, index), value: heapI32()[dense.address / 4 + at] ?? 0 },
      size === 0 ? "there is nothing to point at: the axis has size 0" : `indices must be in ${low}…${size - 1}`,
    );
  });
}

/** Looks at the indices themselves. @throws IndexError unless each is larger than the one before, and all are in 0…size − 1 */
export function assertAscending(op: string, index: AnyTensor, size: number): void {
  onContiguous(index, (dense) => {
    const heap = heapI32();
    const start = dense.address / 4;
    let before = -1;
    for (let position = 0; position < dense.size; position++) {
      const value = heap[start + position] as number;
      if (value <= before || value >= size) {
        throw new IndexError(
          op,
          { index: index.shape, position, value, before },
          `indices must ascend, and be in 0…${size - 1}`,
          "coalesceRows(indices, values) puts them in order and adds what is double",
        );
      }
      before = value;
    }
  });
}

/** The position, axis by axis, of the element that is number `at` in row-major order. */
function positionOf(at: number, { shape }: AnyTensor): number[] {
  const position: number[] = [];
  let rest = at;
  for (const size of shape.toReversed()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
