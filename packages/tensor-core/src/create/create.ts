import { allocateTensor } from "../dispatch/dispatch.ts";
import { DTypeError, ShapeError, ValueError } from "../errors/index.ts";
import { heapF32, heapI32, heapU8 } from "../runtime/heap.ts";
import type { DType, TypedArrayOf } from "../types/dtype.ts";
import type { Nested, Shape, ShapeOfNested, Sizes } from "../types/shape.ts";
import { countOf } from "../shape/axes.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The typed arrays that `fromArray` takes, with the dtype each becomes. */
export type ElementArray = Float32Array | Float64Array | Int32Array | Uint8Array | readonly number[];

/** The dtype of nested arrays: bool if they hold truth values, else f32. */
export type DTypeOfNested<N> = [Nested] extends [N]
  ? DType
  : N extends readonly (infer Element)[]
    ? DTypeOfNested<Element>
    : N extends boolean
      ? "bool"
      : "f32";

/**
 * A tensor from a number or nested arrays. Numbers make f32, truth values bool, unless `dtype` says otherwise.
 *
 * @example tensor([[1, 2], [3, 4]]) // Tensor<[2, 2], "f32">
 * @throws ShapeError if the arrays are ragged, DTypeError if values and dtype do not go together
 */
export function tensor<const N extends Nested, D extends DType = DTypeOfNested<N>>(
  values: N,
  dtype?: D,
): Tensor<ShapeOfNested<N>, D>;
export function tensor(values: Nested, dtype?: DType): Tensor<Shape, DType> {
  const shape = shapeOf(values);
  const flat: (number | boolean)[] = [];
  flatten(values, shape, 0, [], flat);
  const wanted = dtype ?? (typeof flat[0] === "boolean" ? "bool" : "f32");
  return write(
    "tensor",
    flat.map((value, at) => numberFor(wanted, value, at)),
    shape,
    wanted,
  );
}

/**
 * A tensor from a flat array in row-major order. `Float32Array` makes f32, `Int32Array` i32, `Uint8Array` u8, plain
 * numbers f32, unless `dtype` says otherwise. The values are copied.
 * @throws ShapeError if the shape has another number of elements
 */
export function fromArray<const S extends Shape = [number]>(values: Int32Array, shape?: S): Tensor<Sizes<S>, "i32">;
export function fromArray<const S extends Shape = [number]>(values: Uint8Array, shape?: S): Tensor<Sizes<S>, "u8">;
export function fromArray<const S extends Shape = [number], D extends DType = "f32">(
  values: ElementArray,
  shape?: S,
  dtype?: D,
): Tensor<Sizes<S>, D>;
export function fromArray(values: ElementArray, shape: Shape = [values.length], dtype?: DType): Tensor<Shape, DType> {
  const count = countOf("fromArray", shape);
  if (count !== values.length) {
    throw new ShapeError(
      "fromArray",
      { values: `${values.length} numbers`, shape },
      `the shape asks for ${count} elements, ${values.length} came`,
    );
  }
  const natural: DType = values instanceof Int32Array ? "i32" : values instanceof Uint8Array ? "u8" : "f32";
  const wanted = dtype ?? natural;
  const sameKind = wanted === natural && !Array.isArray(values);
  const numbers =
    sameKind || wanted === "f32" ? values : Array.from(values, (value, at) => numberFor(wanted, value, at));
  return write("fromArray", numbers, shape, wanted);
}

function write<S extends Shape, D extends DType>(
  op: string,
  values: ArrayLike<number>,
  shape: S,
  dtype: D,
): Tensor<S, D> {
  const out = allocateTensor(shape, dtype, op);
  writeElements(out, values);
  return out;
}

/** Writes numbers to a contiguous tensor's memory. */
function writeElements(out: Tensor<Shape, DType>, values: ArrayLike<number>): void {
  if (out.dtype === "f32") heapF32().set(values, out.address / 4);
  else if (out.dtype === "i32") heapI32().set(values, out.address / 4);
  else heapU8().set(values, out.address);
}

function shapeOf(values: Nested): number[] {
  const shape: number[] = [];
  let at: Nested | undefined = values;
  while (Array.isArray(at)) {
    shape.push(at.length);
    at = at[0];
  }
  countOf("tensor", shape);
  return shape;
}

function flatten(
  values: Nested,
  shape: readonly number[],
  depth: number,
  path: readonly number[],
  out: (number | boolean)[],
): void {
  const length = shape[depth];
  const isArray = Array.isArray(values);
  if (isArray !== (length !== undefined) || (isArray && values.length !== length)) {
    throw new ShapeError(
      "tensor",
      {
        at: `[${path.join("][")}]`,
        expected: length === undefined ? "a number" : `${length} elements`,
        came: isArray ? `${values.length} elements` : String(values),
      },
      "nested arrays must not be ragged",
      "make all arrays of a level equally long, for example by padding them",
    );
  }
  if (isArray) values.forEach((value, i) => flatten(value, shape, depth + 1, [...path, i], out));
  else out.push(values as number | boolean);
}

const RANGES: Readonly<Record<DType, readonly [number, number]>> = {
  f32: [-Infinity, Infinity],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
  bool: [0, 1],
};

/** The number that stands for `value` in a dtype. @throws DTypeError where it would have to be changed to fit */
export function numberFor(dtype: DType, value: unknown, at?: number): number {
  if (typeof value === "boolean") return Number(value);
  const place = at === undefined ? {} : { position: at };
  if (typeof value !== "number") {
    throw new DTypeError(
      "tensor",
      { value: String(value), type: typeof value, ...place },
      "elements must be numbers or truth values",
    );
  }
  const [low, high] = RANGES[dtype];
  if (dtype !== "f32" && (!Number.isInteger(value) || value < low || value > high)) {
    throw new DTypeError(
      "tensor",
      { value, dtype, ...place },
      `${dtype} holds whole numbers from ${low} to ${high}`,
      "make an f32 tensor, and convert it with .to(dtype) if cutting off is what you want",
    );
  }
  return value;
}

/** A tensor of one value. @throws ShapeError, DTypeError */
export function full<const S extends Shape, D extends DType = "f32">(
  shape: S,
  value: number,
  dtype?: D,
): Tensor<Sizes<S>, D> {
  const wanted = (dtype ?? "f32") as D;
  const number = numberFor(wanted, value);
  const out = allocateTensor(shape, wanted, "full");
  const start = out.address;
  if (wanted === "f32") heapF32().fill(number, start / 4, start / 4 + out.size);
  else if (wanted === "i32") heapI32().fill(number, start / 4, start / 4 + out.size);
  else heapU8().fill(number, start, start + out.size);
  return out as Tensor<Shape, D> as Tensor<Sizes<S>, D>;
}

/** A tensor of zeros. */
export function zeros<const S extends Shape, D extends DType = "f32">(shape: S, dtype?: D): Tensor<Sizes<S>, D> {
  return full(shape, 0, dtype);
}

/** A tensor of ones. */
export function ones<const S extends Shape, D extends DType = "f32">(shape: S, dtype?: D): Tensor<Sizes<S>, D> {
  return full(shape, 1, dtype);
}

/**
 * `start`, `start + step`, … below `stop` (above it for a negative step), as PyTorch's `arange`.
 * @throws ValueError on a step of 0 or one that leads away from `stop`
 */
export function arange<D extends DType = "f32">(
  start: number,
  stop?: number,
  step = 1,
  dtype?: D,
): Tensor<[number], D> {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.ceil((to - from) / step);
  if (!Number.isFinite(length) || length < 0) {
    throw new ValueError("arange", { start: from, stop: to, step }, "the step must lead from start to stop");
  }
  return sequence("arange", length, (i) => from + i * step, dtype);
}

/** `count` values from `start` to `stop`, both included, evenly spaced. */
export function linspace(start: number, stop: number, count: number): Tensor<[number], "f32"> {
  if (!Number.isInteger(count) || count < 0)
    throw new ValueError("linspace", { count }, "the count must be a whole number from 0 up");
  return sequence("linspace", count, (i) => (count === 1 ? start : start + (i * (stop - start)) / (count - 1)));
}

function sequence<D extends DType = "f32">(
  op: string,
  length: number,
  value: (i: number) => number,
  dtype?: D,
): Tensor<[number], D> {
  const wanted = (dtype ?? "f32") as D;
  const values = Array.from({ length }, (_, i) => numberFor(wanted, value(i), i));
  return write(op, values, [length], wanted);
}

/** Ones on the diagonal, zeros elsewhere. */
export function eye<const N extends number>(size: N): Tensor<[N, N], "f32"> {
  const out: Tensor<[N, N]> = zeros([size, size]);
  const heap = heapF32();
  for (let i = 0; i < size; i++) heap[out.address / 4 + i * (size + 1)] = 1;
  return out;
}

/** A typed array of the kind that holds a dtype. */
export function arrayFor<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  const make: { [K in DType]: (length: number) => TypedArrayOf[K] } = {
    f32: (n) => new Float32Array(n),
    i32: (n) => new Int32Array(n),
    u8: (n) => new Uint8Array(n),
    bool: (n) => new Uint8Array(n),
  };
  return make[dtype](length);
}

/** Zeros in the shape and dtype of `x`. */
export function zerosLike<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return full<Shape, D>(x.shape, 0, x.dtype) as Tensor<S, D>;
}

/** Ones in the shape and dtype of `x`. */
export function onesLike<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return full<Shape, D>(x.shape, 1, x.dtype) as Tensor<S, D>;
}
