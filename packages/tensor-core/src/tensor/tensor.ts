import type { Axes, Exchanged, HasAxes, IsOrder, Permuted, Reduced, Transposed, WithSize } from "../types/axes.ts";
import type { Product } from "../types/arithmetic.ts";
import type { Broadcast, Fits } from "../types/broadcast.ts";
import type { DType, ElementOf, HeapArrayOf, SumOf, TypedArrayOf, Quotient } from "../types/dtype.ts";
import type { CanIndex, Indexed, SliceText } from "../types/indexed.ts";
import type { CanMatMul, MatMul } from "../types/matmul.ts";
import type { SortOptions, TopkOptions, SoftplusOptions, VarianceOptions } from "../types/options.ts";
import type { Nested, NestedOf, Resolved, Shape } from "../types/shape.ts";
import type { CanExpand, Expanded, Flattened, HasSizeOf, Inserted, Squeezed } from "../types/views.ts";
import { BRAND } from "../errors/describe.ts";
import { Handle } from "./handle.ts";

/** The right side of an elementwise method: a number, or a tensor whose shape broadcasts with `S`. */
export type Operand<S extends Shape, R extends Shape, D extends DType> = number | Tensor<R & Fits<S, R>, D>;

/** A part of an axis: `range(1, 4)`, `range(-3)`, `range(0, 10, 2)`, `range(9, 0, -1)`; bounds and steps as in Python's slices. */
export interface Range {
  readonly kind: "range";
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

/** What `at` takes for each axis. */
export type Index =
  /** One position; the axis goes away. Negative counts from the end. */
  | number
  /** A part of the axis. */
  | Range
  /** The same as Python writes it: "1:4", "-3:", "::2"; "::-1" turns the axis round. */
  | SliceText
  /** The whole axis. */
  | ":"
  /** As many whole axes as are left. */
  | "..."
  /** A new axis of size 1. */
  | null
  /**
   * Positions, in place of the axis; negative ones count from the end. Or a mask, in place of as many axes as it has: where
   * it holds.
   */
  | Tensor<Shape, "i32" | "bool">
  /** The same as a list. */
  | readonly number[]
  | readonly boolean[];

/** Elements in order, and where they stood. */
export interface Sorted<D extends DType = "f32", S extends Shape = Shape> {
  readonly values: Tensor<S, D>;
  readonly indices: Tensor<S, "i32">;
}

/**
 * A typed array of numbers with a shape, in the WebAssembly heap. `S` are its sizes as far as the compiler knows them,
 * `D` its element type. Every method is a function of the same name with the tensor as first argument; see there for
 * what it does, takes and throws.
 *
 * Methods that compute with the shape's type take it from their `this`: so `S` stands in readable positions alone, and a
 * `Tensor<[64, 10]>` is a `Tensor`.
 */
export class Tensor<out S extends Shape = Shape, out D extends DType = "f32"> extends Handle<S, D> {}

/**
 * The methods. Ops make tensors and methods call ops: so the class stands below the ops, and `methods/methods.ts`, above
 * them, gives it its methods.
 */
export interface Tensor<out S extends Shape = Shape, out D extends DType = "f32"> {
  // Reading
  data(): TypedArrayOf[D];
  borrow<R>(read: (view: HeapArrayOf[D]) => R): R;
  item(): ElementOf[D];
  // Of the whole `this`, so that it may be one of several tensors; by its fields, which costs the compiler least.
  toArray<T extends { readonly shape: Shape; readonly dtype: DType }>(
    this: T,
  ): T extends T ? NestedOf<T["shape"], T["dtype"]> : never;
  toString(): string;
  /** What `JSON.stringify` writes: `toArray()`. JSON has no NaN and no infinities: they become null, as in arrays. */
  toJSON(): Nested;

  // Writing
  assign(source: Tensor<Shape, D>): this;

  // Views and copies
  at<A extends Shape, const I extends readonly Index[]>(
    this: Tensor<A, D>,
    ...indices: I & CanIndex<A, I>
  ): Tensor<Indexed<A, I>, D>;
  reshape<A extends Shape, const R extends Shape>(
    this: Tensor<A, D>,
    shape: R & HasSizeOf<A, R>,
  ): Tensor<Resolved<R>, D>;
  flatten<A extends Shape, Start extends number = 0, End extends number = -1>(
    this: Tensor<A, D>,
    start?: Start & HasAxes<A, Start>,
    end?: End & HasAxes<A, End>,
  ): Tensor<Flattened<A, Start, End>, D>;
  permute<A extends Shape, const Order extends Shape>(
    this: Tensor<A, D>,
    ...order: Order & IsOrder<A, Order>
  ): Tensor<Permuted<A, Order>, D>;
  transpose<A extends Shape>(this: Tensor<A, D>): Tensor<Transposed<A>, D>;
  transpose<A extends Shape, I extends number, J extends number>(
    this: Tensor<A, D>,
    a: I & HasAxes<A, I>,
    b: J & HasAxes<A, J>,
  ): Tensor<Exchanged<A, I, J>, D>;
  expand<A extends Shape, const R extends Shape>(
    this: Tensor<A, D>,
    shape: R & CanExpand<A, R>,
  ): Tensor<Expanded<A, R>, D>;
  squeeze<A extends Shape, const Axis extends Axes = undefined>(
    this: Tensor<A, D>,
    axis?: Axis & HasAxes<A, Axis>,
  ): Tensor<Squeezed<A, Axis>, D>;
  unsqueeze<A extends Shape, Axis extends number>(
    this: Tensor<A, D>,
    axis: Axis & HasAxes<[...A, 1], Axis>,
  ): Tensor<Inserted<A, Axis>, D>;
  slice<A extends Shape, Axis extends number>(
    this: Tensor<A, D>,
    axis: Axis & HasAxes<A, Axis>,
    start?: number,
    stop?: number,
    step?: number,
  ): Tensor<WithSize<A, Axis, number>, D>;
  split<A extends Shape, Axis extends number = 0>(
    this: Tensor<A, D>,
    size: number,
    axis?: Axis & HasAxes<A, Axis>,
  ): Tensor<WithSize<A, Axis, number>, D>[];
  flip(axis?: number | readonly number[]): Tensor<S, D>;
  clone(): Tensor<S, D>;
  contiguous(): Tensor<S, D>;
  to<E extends DType>(dtype: E): Tensor<S, E>;

  // Arithmetic
  add<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D>;
  sub<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D>;
  mul<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D>;
  div<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, Quotient<D>>;
  pow<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D>;
  maximum<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, D>;
  minimum<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, D>;
  clamp(low?: number, high?: number): Tensor<S, D>;

  // Products
  matmul<A extends Shape, R extends Shape>(this: Tensor<A>, right: Tensor<R & CanMatMul<A, R>>): Tensor<MatMul<A, R>>;

  // Reductions
  sum<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, SumOf<D>>;
  mean<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>>;
  prod<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D>;
  max<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D>;
  min<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D>;
  softmax(this: Tensor<S>, axis?: number): Tensor<S>;
  logSoftmax(this: Tensor<S>, axis?: number): Tensor<S>;
  logSumExp<A extends Shape, const Axis extends Axes = -1, Keep extends boolean = false>(
    this: Tensor<A>,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>>;
  variance<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A>,
    axes?: Axis & HasAxes<A, Axis>,
    options?: VarianceOptions<Keep>,
  ): Tensor<Reduced<A, Axis, Keep>>;
  std<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A>,
    axes?: Axis & HasAxes<A, Axis>,
    options?: VarianceOptions<Keep>,
  ): Tensor<Reduced<A, Axis, Keep>>;
  norm<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A>,
    p?: number,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>>;
  cumsum(axis: number): Tensor<S, D>;
  any<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, "bool">,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "bool">;
  all<A extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
    this: Tensor<A, "bool">,
    axes?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "bool">;
  argmax<A extends Shape, const Axis extends number | undefined = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axis?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "i32">;
  argmin<A extends Shape, const Axis extends number | undefined = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axis?: Axis & HasAxes<A, Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "i32">;

  // Picking and ordering
  gather<I extends Shape>(axis: number, index: Tensor<I, "i32">): Tensor<I, D>;
  scatterAdd(axis: number, index: Tensor<Shape, "i32">, source: Tensor<Shape, D>): Tensor<S, D>;
  indexSelect<A extends Shape, Axis extends number, I extends Shape>(
    this: Tensor<A, D>,
    axis: Axis & HasAxes<A, Axis>,
    index: Tensor<I, "i32">,
  ): Tensor<WithSize<A, Axis, Product<I>>, D>;
  nonZero(): Tensor<[number, number], "i32">;
  maskedSelect(mask: Tensor<Shape, "bool">): Tensor<[number], D>;
  sort(axis?: number, options?: SortOptions): Sorted<D, S>;
  argsort(axis?: number, options?: SortOptions): Tensor<S, "i32">;
  topk<A extends Shape, K extends number, Axis extends number = -1>(
    this: Tensor<A, D>,
    k: K,
    axis?: Axis & HasAxes<A, Axis>,
    options?: TopkOptions,
  ): Sorted<D, WithSize<A, Axis, K>>;

  // Comparisons
  equal<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;
  notEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;
  less<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;
  lessEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;
  greater<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;
  greaterEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool">;

  // Mathematics, element by element
  neg(): Tensor<S, D>;
  abs(): Tensor<S, D>;
  square(): Tensor<S, D>;
  sign(): Tensor<S, D>;
  sqrt(this: Tensor<S>): Tensor<S>;
  rsqrt(this: Tensor<S>): Tensor<S>;
  reciprocal(this: Tensor<S>): Tensor<S>;
  exp(this: Tensor<S>): Tensor<S>;
  expm1(this: Tensor<S>): Tensor<S>;
  log(this: Tensor<S>): Tensor<S>;
  log1p(this: Tensor<S>): Tensor<S>;
  sin(this: Tensor<S>): Tensor<S>;
  cos(this: Tensor<S>): Tensor<S>;
  atan2<A extends Shape, R extends Shape = []>(this: Tensor<A>, x: Operand<A, R, "f32">): Tensor<Broadcast<A, R>>;
  erf(this: Tensor<S>): Tensor<S>;
  step(this: Tensor<S>): Tensor<S>;
  floor(this: Tensor<S>): Tensor<S>;
  ceil(this: Tensor<S>): Tensor<S>;
  round(this: Tensor<S>): Tensor<S>;
  trunc(this: Tensor<S>): Tensor<S>;

  // Activations
  relu(this: Tensor<S>): Tensor<S>;
  tanh(this: Tensor<S>): Tensor<S>;
  sigmoid(this: Tensor<S>): Tensor<S>;
  silu(this: Tensor<S>): Tensor<S>;
  softplus(this: Tensor<S>, options?: SoftplusOptions): Tensor<S>;
  gelu(this: Tensor<S>, approximate?: "none" | "tanh"): Tensor<S>;
}

/** True for a tensor of this or of another copy of the package. */
export function isTensor(value: unknown): value is Tensor<Shape, DType> {
  return typeof value === "object" && value !== null && "brand" in value && value.brand === BRAND;
}
