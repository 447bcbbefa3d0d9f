import { fromArray } from "../create/create.ts";
import { borrow } from "../create/convert.ts";
import { cast } from "../ops/copy/cast.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, DTYPES, type HeapArrayOf, type TypedArrayOf } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

/** Elements that are converted at a time: the heap, which never shrinks, need not hold a large file twice. */
const CHUNK = 1 << 18;

/** A tensor of elements as they lie in the heap. */
export function fromElements(elements: HeapArrayOf[DType], shape: Shape, dtype: DType): Tensor<Shape, DType> {
  // 16-bit elements are bits to `fromArray`, of one of the two dtypes that have them.
  return elements instanceof Uint16Array
    ? fromArray(elements, shape, dtype as "f16" | "bf16")
    : fromArray<Shape, DType>(elements, shape, dtype);
}

/** The values of elements, as they lie in the heap for one dtype, in an array for those of another. */
export function converted(elements: HeapArrayOf[DType], from: DType, to: DType): TypedArrayOf[DType] {
  const out = DTYPES[to].values(elements.length);
  for (let start = 0; start < elements.length; start += CHUNK) {
    const part = elements.subarray(start, start + CHUNK);
    scope(() => borrow(cast(fromElements(part, [part.length], from), to), (view) => out.set(view, start)));
  }
  return out;
}
