import { allocateTensor } from "../dispatch/dispatch.ts";
import { ShapeError } from "../errors/index.ts";
import { contiguous } from "../ops/copy/copy.ts";
import { castElements, viewOf } from "../runtime/elements.ts";
import { heapOf } from "../runtime/heap.ts";
import { rowMajor } from "../shape/layout.ts";
import { refusePromise, unowned } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, DTYPES, type ElementOf, type HeapArrayOf, ITEM_SIZE, type TypedArrayOf } from "../types/dtype.ts";
import type { Nested, NestedOf, Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertFunction } from "../arguments/checks.ts";

/**
 * The elements in row-major order, copied out of the heap. Truth values come as bytes 0 and 1, f16 and bf16 as the f32s of
 * their values.
 */
export function data<D extends DType>(x: Tensor<Shape, D>): TypedArrayOf[D] {
  assertTensor("data", "x", x);
  const out = DTYPES[x.dtype].values(x.size);
  borrowValues(x, (values) => out.set(values));
  return out;
}

/**
 * Lends the elements in row-major order, without copying where they lie so already. f16 and bf16 come as they lie, as 16
 * bits in a `Uint16Array`; `data()` gives their values. The view is for reading, and is valid only inside `read`: any call
 * into the library may move the heap.
 * @throws ScopeError if `read` returns a promise
 */
export function borrow<D extends DType, R>(x: Tensor<Shape, D>, read: (view: HeapArrayOf[D]) => R): R {
  assertTensor("borrow", "x", x);
  assertFunction("borrow", "read", read);
  const dense = contiguous(x);
  try {
    const result = read(viewOf(dense));
    refusePromise("borrow", result);
    return result;
  } finally {
    if (dense !== x) dense.dispose();
  }
}

/** As `borrow`, but the elements' values: those of f16 and bf16 as f32, in a copy that is gone afterwards. */
export function borrowValues<D extends DType, R>(x: Tensor<Shape, D>, read: (values: TypedArrayOf[D]) => R): R {
  const { valuesAs } = DTYPES[x.dtype];
  // The two arrays are of one kind where nothing has to be converted.
  if (valuesAs === x.dtype) return borrow(x, (view) => read(view as TypedArrayOf[DType] as TypedArrayOf[D]));
  x.assertLive("borrow");
  const values = unowned(() => allocateTensor(x.shape, valuesAs, "cast"));
  try {
    castElements(x, values);
    return read(viewOf(values) as TypedArrayOf[DType] as TypedArrayOf[D]);
  } finally {
    values.dispose();
  }
}

/** The one element of a tensor of one element, of whatever rank. @throws ShapeError if there are more or none */
export function item<D extends DType>(x: Tensor<Shape, D>): ElementOf[D] {
  assertTensor("item", "x", x);
  if (x.size !== 1) {
    throw new ShapeError(
      "item",
      { shape: x.shape },
      `needs exactly one element, got ${x.size}`,
      "reduce it first, or read data()",
    );
  }
  return elementAt(x);
}

function elementAt<D extends DType>(x: Tensor<Shape, D>): ElementOf[D] {
  const { kind, valuesAs } = DTYPES[x.dtype];
  const value =
    valuesAs === x.dtype
      ? heapOf(x.dtype)[x.address / ITEM_SIZE[x.dtype]]
      : borrowValues<DType, number | undefined>(x, (values) => values[0]);
  return (kind === "bool" ? value !== 0 : value) as ElementOf[D];
}

/** The elements as nested arrays; a number or truth value for a tensor without axes. */
export function toArray<S extends Shape, D extends DType>(x: Tensor<S, D>): NestedOf<S, D> {
  assertTensor("toArray", "x", x);
  const flat = data(x);
  const strides = rowMajor(x.shape);
  const element = (at: number): number | boolean => (x.dtype === "bool" ? flat[at] !== 0 : (flat[at] as number));
  const level = (axis: number, at: number): Nested =>
    axis === x.shape.length
      ? element(at)
      : Array.from({ length: x.shape[axis] ?? 0 }, (_, i) => level(axis + 1, at + i * (strides[axis] ?? 0)));
  return level(0, 0) as NestedOf<S, D>;
}
