/** How a tensor lies in its storage, in elements. */
export interface Strided {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The first position after the last element that a tensor reads. */
export function reachOf({ offset, shape, strides }: Strided): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * (strides[axis] ?? 0), offset) + 1;
}

/** The bytes of a tensor's elements in row-major order: those of the storage itself where they lie so. */
export function rowMajorBytes(storage: Uint8Array, itemBytes: number, layout: Strided): Uint8Array {
  const { offset, shape } = layout;
  const count = shape.reduce((product, size) => product * size, 1);
  if (isRowMajor(layout)) return storage.subarray(offset * itemBytes, (offset + count) * itemBytes);
  const out = new Uint8Array(count * itemBytes);
  inRowMajorOrder(layout, count, (to, from) => {
    for (let i = 0; i < itemBytes; i++) out[to * itemBytes + i] = storage[from * itemBytes + i] ?? 0;
  });
  return out;
}

/** Calls `visit` for each of `count` elements in row-major order, with where it lies. */
export function inRowMajorOrder(
  { offset, shape, strides }: Strided,
  count: number,
  visit: (to: number, from: number) => void,
): void {
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    visit(to, from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      from -= next * stride;
    }
  }
}

function isRowMajor({ shape, strides }: Strided): boolean {
  let wanted = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== wanted) return false;
    wanted *= shape[axis] ?? 1;
  }
  return true;
}
