import { ShapeError } from "../errors/index.ts";
import { contiguous } from "../ops/copy/copy.ts";
import { heapF32, heapI32, heapU8 } from "../runtime/heap.ts";
import { rowMajor } from "../shape/layout.ts";
import { refusePromise } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType, ElementOf, TypedArrayOf } from "../types/dtype.ts";
import type { Nested, Shape } from "../types/shape.ts";
import { arrayFor } from "./create.ts";

/** The elements in row-major order, copied out of the heap. Truth values come as bytes 0 and 1. */
export function data<D extends DType>(x: Tensor<Shape, D>): TypedArrayOf[D] {
  const out = arrayFor(x.dtype, x.size);
  borrow(x, (view) => out.set(view));
  return out;
}

/**
 * Lends the elements in row-major order, without copying where they lie so already. The view is for reading, and is
 * valid only inside `read`: any call into the library may move the heap.
 * @throws ScopeError if `read` returns a promise
 */
export function borrow<D extends DType, R>(x: Tensor<Shape, D>, read: (view: TypedArrayOf[D]) => R): R {
  x.assertLive("borrow");
  const dense = contiguous(x);
  try {
    const result = read(heapView(dense));
    refusePromise("borrow", result);
    return result;
  } finally {
    if (dense !== x) dense.dispose();
  }
}

function heapView<D extends DType>(x: Tensor<Shape, D>): TypedArrayOf[D] {
  const start = x.address;
  const views: { [K in DType]: () => TypedArrayOf[K] } = {
    f32: () => heapF32().subarray(start / 4, start / 4 + x.size),
    i32: () => heapI32().subarray(start / 4, start / 4 + x.size),
    u8: () => heapU8().subarray(start, start + x.size),
    bool: () => heapU8().subarray(start, start + x.size),
  };
  return views[x.dtype]();
}

/** The one element of a tensor of one element, of whatever rank. @throws ShapeError if there are more or none */
export function item<D extends DType>(x: Tensor<Shape, D>): ElementOf[D] {
  x.assertLive("item");
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
  const at = x.address;
  const readers: { [K in DType]: () => ElementOf[K] } = {
    f32: () => heapF32()[at / 4] as number,
    i32: () => heapI32()[at / 4] as number,
    u8: () => heapU8()[at] as number,
    bool: () => heapU8()[at] !== 0,
  };
  return readers[x.dtype]();
}

/** The elements as nested arrays; a number or truth value for a tensor without axes. */
export function toArray(x: Tensor<Shape, DType>): Nested {
  const flat = data(x);
  const strides = rowMajor(x.shape);
  const element = (at: number): number | boolean => (x.dtype === "bool" ? flat[at] !== 0 : (flat[at] as number));
  const level = (axis: number, at: number): Nested =>
    axis === x.shape.length
      ? element(at)
      : Array.from({ length: x.shape[axis] ?? 0 }, (_, i) => level(axis + 1, at + i * (strides[axis] ?? 0)));
  return level(0, 0);
}
