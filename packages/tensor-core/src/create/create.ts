import { allocateTensor } from "../dispatch/dispatch.ts";
import { assertDType } from "../dispatch/dtypes.ts";
import { describe, isPromise } from "../errors/describe.ts";
import { DTypeError, ShapeError, ValueError } from "../errors/index.ts";
import { castElements } from "../runtime/elements.ts";
import { core, heapF32, heapOf, inCore } from "../runtime/heap.ts";
import { type DType, DTYPES, ITEM_SIZE } from "../types/dtype.ts";
import type { Nested, Shape, ShapeOfNested, Sizes } from "../types/shape.ts";
import { countOf } from "../shape/axes.ts";
import { unowned } from "../tensor/scope.ts";
import { isTensor, type Tensor } from "../tensor/tensor.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertShape, assertWhole, assertNumber, assertFinite } from "../arguments/checks.ts";
import { wrongArgument } from "../arguments/wrong.ts";

/** What `fromArray` takes numbers from. */
export type ElementArray = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array | readonly number[];

/** The dtype of nested arrays: bool if they hold truth values, else f32. */
export type DTypeOfNested<N> = [Nested] extends [N]
  ? DType
  : N extends readonly (infer Element)[]
    ? DTypeOfNested<Element>
    : N extends boolean
      ? "bool"
      : "f32";

// A dtype is what was passed, never what the place that takes the tensor would like: `NoInfer` keeps the compiler from
// concluding i32 for `tensor([1, 2])` where an i32 tensor is wanted, which would be f32 all the same.

/**
 * A tensor from a number or nested arrays. Numbers make f32, truth values bool, unless `dtype` says otherwise. Floats are
 * rounded to the nearest that the dtype holds, as by `.to(dtype)`; whole numbers must fit.
 *
 * @example tensor([[1, 2], [3, 4]]) // Tensor<[2, 2], "f32">
 * @throws ShapeError if the arrays are ragged, DTypeError if values and dtype do not go together
 */
export function tensor<const N extends Nested, D extends DType = DTypeOfNested<N>>(
  values: N,
  dtype?: D,
): Tensor<ShapeOfNested<N>, NoInfer<D>>;
export function tensor(values: Nested, dtype?: DType): Tensor<Shape, DType> {
  const shape = shapeOf(values);
  const flat: (number | boolean)[] = [];
  flatten(values, shape, 0, [], flat);
  const wanted = dtype === undefined ? (typeof flat[0] === "boolean" ? "bool" : "f32") : dtype;
  assertDType("tensor", wanted);
  return write(
    "tensor",
    flat.map((value, at) => numberFor("tensor", wanted, value, at)),
    shape,
    wanted,
  );
}

/**
 * A tensor from a flat array in row-major order. `Float32Array` makes f32, `Int32Array` i32, `Int8Array` i8, `Uint8Array`
 * u8, plain numbers f32, unless `dtype` says otherwise. A `Uint16Array` is taken as the bits of f16 or bf16, as `borrow`
 * lends them. The values are copied.
 * @throws ShapeError if the shape has another number of elements, DTypeError if values and dtype do not go together
 */
export function fromArray<const S extends Shape = [number]>(values: Int32Array, shape?: S): Tensor<Sizes<S>, "i32">;
export function fromArray<const S extends Shape = [number]>(values: Int8Array, shape?: S): Tensor<Sizes<S>, "i8">;
export function fromArray<const S extends Shape = [number]>(values: Uint8Array, shape?: S): Tensor<Sizes<S>, "u8">;
export function fromArray<const S extends Shape, D extends "f16" | "bf16">(
  bits: Uint16Array,
  shape: S,
  dtype: D,
): Tensor<Sizes<S>, D>;
export function fromArray<const S extends Shape = [number], D extends DType = "f32">(
  values: ElementArray,
  shape?: S,
  dtype?: D,
): Tensor<Sizes<S>, NoInfer<D>>;
export function fromArray(values: ElementArray | Uint16Array, given?: Shape, dtype?: DType): Tensor<Shape, DType> {
  const source = sourceOf(values);
  const shape = given === undefined ? [values.length] : given;
  assertShape("fromArray", "shape", shape);
  const count = countOf("fromArray", shape);
  if (count !== values.length) {
    throw new ShapeError(
      "fromArray",
      { values: `${values.length} numbers`, shape },
      `the shape asks for ${count} elements, ${values.length} came`,
    );
  }
  if (source === "Uint16Array") return fromBits(values, shape, dtype);
  const natural = NATURAL[source] ?? "f32";
  const wanted = dtype === undefined ? natural : dtype;
  assertDType("fromArray", wanted);
  const fits = wanted === natural || DTYPES[wanted].kind === "float";
  if (!fits) assertWholeNumbers(values, wanted);
  return write("fromArray", values, shape, wanted);
}

/** A loop without a call for each number: a mask of pictures has hundreds of thousands. @throws DTypeError on one that the dtype does not hold */
function assertWholeNumbers(values: ElementArray | Uint16Array, dtype: DType): void {
  const [low, high] = DTYPES[dtype].range;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value) || (value ?? NaN) < low || (value ?? NaN) > high)
      numberFor("fromArray", dtype, value, i);
  }
}

/**
 * What holds the values: "Array", or the kind of typed array, which subclasses such as Node's `Buffer` share, as do arrays
 * of another realm, such as a test runner's.
 * @throws ValueError unless it is of a kind that is taken, and DTypeError unless an array holds numbers alone
 */
function sourceOf(values: ElementArray | Uint16Array): string {
  if (Array.isArray(values)) {
    // A loop, since a hole or a text would become NaN or a number in silence.
    for (let i = 0; i < values.length; i++)
      if (typeof values[i] !== "number") numberFor("fromArray", "f32", values[i], i);
    return "Array";
  }
  const kind = Object.prototype.toString.call(values).slice("[object ".length, -1);
  if (ARRAYS.has(kind)) return kind;
  const fix = kind.startsWith("Big") ? "Int32Array.from(values, Number)" : undefined;
  throw wrongArgument("fromArray", "values", values, `an array or one of ${[...ARRAYS].join(", ")}`, fix);
}

const ARRAYS: ReadonlySet<string> = new Set([
  "Float32Array",
  "Float64Array",
  "Int32Array",
  "Int8Array",
  "Uint8Array",
  "Uint16Array",
]);

const NATURAL: Readonly<Record<string, DType>> = { Int32Array: "i32", Int8Array: "i8", Uint8Array: "u8" };

function fromBits(bits: ArrayLike<number>, shape: Shape, dtype: DType | undefined): Tensor<Shape, DType> {
  if (dtype !== "f16" && dtype !== "bf16") {
    throw new DTypeError(
      "fromArray",
      { values: "Uint16Array", dtype },
      "16-bit words are taken as the bits of f16 or bf16",
      "say which, or make whole numbers of them with Int32Array.from(values)",
    );
  }
  const out = allocateTensor(shape, dtype, "fromArray");
  heapOf(dtype).set(bits, out.address / ITEM_SIZE[dtype]);
  return out;
}

function write<S extends Shape, D extends DType>(
  op: string,
  values: ArrayLike<number>,
  shape: S,
  dtype: D,
): Tensor<S, D> {
  const out = allocateTensor(shape, dtype, op);
  const { valuesAs } = DTYPES[dtype];
  if (valuesAs === dtype) heapOf(dtype).set(values, out.address / ITEM_SIZE[dtype]);
  else castFrom(out, shape, valuesAs, (given) => heapOf(valuesAs).set(values, given.address / ITEM_SIZE[valuesAs]));
  return out;
}

/** Fills `out` by a cast from a tensor of another dtype that `fill` writes, and that is gone afterwards. */
function castFrom(
  out: Tensor<Shape, DType>,
  shape: Shape,
  dtype: DType,
  fill: (given: Tensor<Shape, DType>) => void,
): void {
  const given = unowned(() => allocateTensor(shape, dtype, "cast"));
  fill(given);
  castElements(given, out);
  given.dispose();
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
        came: isArray ? `${values.length} elements` : describe(values),
      },
      "nested arrays must not be ragged",
      isPromise(values)
        ? "await it before the call"
        : "make all arrays of a level equally long, for example by padding them",
    );
  }
  // Not forEach, which passes holes over.
  if (isArray)
    for (let i = 0; i < values.length; i++) flatten(values[i] as Nested, shape, depth + 1, [...path, i], out);
  else out.push(values as number | boolean);
}

/** The number that stands for `value` in a dtype. @throws DTypeError where it would have to be changed to fit */
export function numberFor(op: string, dtype: DType, value: unknown, at?: number): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number" && DTYPES[dtype].kind === "float") return value;
  const place = at === undefined ? {} : { position: at };
  if (typeof value !== "number") {
    throw new DTypeError(
      op,
      { value: describe(value), ...place },
      "elements must be numbers or truth values",
      fixForElement(value),
    );
  }
  const [low, high] = DTYPES[dtype].range;
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new DTypeError(
      op,
      { value, dtype, ...place },
      `${dtype} holds whole numbers from ${low} to ${high}`,
      "make an f32 tensor, and convert it with .to(dtype) if cutting off is what you want",
    );
  }
  return value;
}

function fixForElement(value: unknown): string | undefined {
  if (isPromise(value)) return "await it before the call";
  if (ArrayBuffer.isView(value))
    return "fromArray(values, shape) takes typed arrays; a list of them is Array.from(values)";
  return isTensor(value) ? "stack(tensors) makes one tensor of several" : undefined;
}

/** A tensor of one value. @throws ShapeError, DTypeError */
export function full<const S extends Shape, D extends DType = "f32">(
  shape: S,
  value: number,
  dtype?: D,
): Tensor<Sizes<S>, NoInfer<D>> {
  return filled("full", shape, value, dtype);
}

/** The same for the function `op`. */
function filled<const S extends Shape, D extends DType = "f32">(
  op: string,
  shape: S,
  value: number,
  dtype?: D,
): Tensor<Sizes<S>, NoInfer<D>> {
  assertShape(op, "shape", shape);
  const wanted = (dtype === undefined ? "f32" : dtype) as D;
  assertDType(op, wanted);
  const number = numberFor(op, wanted, value);
  const out = allocateTensor(shape, wanted, op);
  const { valuesAs } = DTYPES[wanted];
  const start = out.address / ITEM_SIZE[wanted];
  // The number beside a tensor comes here in each call: a fill of one element takes longer than all the rest.
  if (valuesAs === wanted && out.size === 1) heapOf(wanted)[start] = number;
  else if (Object.is(number, 0)) inCore(op, () => core().clear(out.address, out.size * ITEM_SIZE[wanted]));
  else if (valuesAs === wanted) heapOf(wanted).fill(number, start, start + out.size);
  else castFrom(out, [], valuesAs, (one) => (heapOf(valuesAs)[one.address / ITEM_SIZE[valuesAs]] = number));
  return out as Tensor<Shape, D> as Tensor<Sizes<S>, NoInfer<D>>;
}

/** A tensor of zeros. */
export function zeros<const S extends Shape, D extends DType = "f32">(
  shape: S,
  dtype?: D,
): Tensor<Sizes<S>, NoInfer<D>> {
  return filled("zeros", shape, 0, dtype);
}

/** A tensor of ones. */
export function ones<const S extends Shape, D extends DType = "f32">(
  shape: S,
  dtype?: D,
): Tensor<Sizes<S>, NoInfer<D>> {
  return filled("ones", shape, 1, dtype);
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
): Tensor<[number], NoInfer<D>> {
  assertFinite("arange", "start", start);
  if (stop !== undefined) assertFinite("arange", "stop", stop);
  assertFinite("arange", "step", step);
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.ceil((to - from) / step);
  if (!Number.isFinite(length) || length < 0) {
    throw new ValueError("arange", { start: from, stop: to, step }, "the step must lead from start to stop");
  }
  return sequence("arange", length, (i) => from + i * step, dtype);
}

/** `count` values from `start` to `stop`, both included, evenly spaced. */
export function linspace(start: number, stop: number, count: number): Tensor<[number], "f32"> {
  assertNumber("linspace", "start", start);
  assertNumber("linspace", "stop", stop);
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
  const wanted = (dtype === undefined ? "f32" : dtype) as D;
  assertDType(op, wanted);
  countOf(op, [length], ITEM_SIZE[wanted]); // before there is an array of so many
  const values = Array.from({ length }, (_, i) => numberFor(op, wanted, value(i), i));
  return write(op, values, [length], wanted);
}

/**
 * Ones on the diagonal from the upper left, zeros elsewhere.
 * @param columns as many as rows unless said @returns (rows, columns), f32 @throws ValueError, ShapeError
 */
export function eye<const N extends number, const M extends number = N>(rows: N, columns?: M): Tensor<[N, M], "f32"> {
  assertWhole("eye", "rows", rows);
  if (columns !== undefined) assertWhole("eye", "columns", columns);
  const wide = (columns ?? rows) as M;
  const out: Tensor<[N, M]> = filled("eye", [rows, wide], 0);
  const heap = heapF32();
  for (let i = 0; i < Math.min(rows, wide); i++) heap[out.address / 4 + i * (wide + 1)] = 1;
  return out;
}

/** Zeros in the shape and dtype of `x`. */
export function zerosLike<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  assertTensor("zerosLike", "x", x);
  return filled<Shape, D>("zerosLike", x.shape, 0, x.dtype) as Tensor<S, D>;
}

/** Ones in the shape and dtype of `x`. */
export function onesLike<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  assertTensor("onesLike", "x", x);
  return filled<Shape, D>("onesLike", x.shape, 1, x.dtype) as Tensor<S, D>;
}
