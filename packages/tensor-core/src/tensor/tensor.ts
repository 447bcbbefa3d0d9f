import { setConstructor } from "../dispatch/dispatch.ts";
import * as activation from "../ops/activation.ts";
import * as statistics from "../compositions/statistics.ts";
import * as arithmetic from "../ops/arithmetic.ts";
import * as argument from "../ops/argument.ts";
import * as comparison from "../ops/comparison.ts";
import { cast, clone, contiguous } from "../ops/copy.ts";
import { cumsum } from "../ops/cumulative.ts";
import { gather, scatterAdd } from "../ops/gather.ts";
import { indexSelect } from "../ops/index-select.ts";
import { matmul } from "../ops/matmul.ts";
import * as maths from "../ops/maths.ts";
import * as reduce from "../ops/reduce.ts";
import type { AxesOf, SumOf } from "../ops/reduce.ts";
import * as rounding from "../ops/rounding.ts";
import { logSoftmax, logSumExp, softmax } from "../ops/softmax.ts";
import * as sort from "../ops/sort.ts";
import * as view from "../ops/view.ts";
import type { Permuted, Reduced, Transposed } from "../types/axes.ts";
import type { Broadcast, Fits } from "../types/broadcast.ts";
import type { DType, ElementOf, TypedArrayOf } from "../types/dtype.ts";
import type { CanMatMul, MatMul } from "../types/matmul.ts";
import type { Nested, Shape } from "../types/shape.ts";
import { assign } from "./assign.ts";
import { borrow, data, item, toArray } from "./convert.ts";
import { Handle } from "./handle.ts";
import { at, type Index } from "./indexing.ts";
import { print } from "./print.ts";

/** The right side of an elementwise method: a number, or a tensor whose shape broadcasts with `S`. */
export type Operand<S extends Shape, R extends Shape, D extends DType> = number | (Tensor<R, D> & Fits<S, R>);

/**
 * A typed array of numbers with a shape, in the WebAssembly heap. `S` are its sizes as far as the compiler knows them,
 * `D` its element type. Every method is a function of the same name with the tensor as first argument; see there for
 * what it does, takes and throws.
 *
 * Methods that compute with the shape's type take it from their `this`: so `S` stands in readable positions alone, and a
 * `Tensor<[64, 10]>` is a `Tensor`.
 */
export class Tensor<out S extends Shape = Shape, out D extends DType = "f32"> extends Handle<S, D> {
  // Reading
  data(): TypedArrayOf[D] {
    return data<D>(this);
  }
  borrow<R>(read: (view: TypedArrayOf[D]) => R): R {
    return borrow<D, R>(this, read);
  }
  item(): ElementOf[D] {
    return item<D>(this);
  }
  toArray(): Nested {
    return toArray(this);
  }
  override toString(): string {
    return print(this);
  }

  // Writing
  assign(source: Tensor<Shape, D>): this {
    assign<D>(this, source);
    return this;
  }

  // Views and copies
  at(...indices: Index[]): Tensor<Shape, D> {
    return at<D>(this, indices);
  }
  reshape<const R extends Shape>(shape: R): Tensor<view.Resolved<R>, D> {
    return view.reshape<R, D>(this, shape);
  }
  flatten(start?: number, end?: number): Tensor<Shape, D> {
    return view.flatten<D>(this, start, end);
  }
  permute<A extends Shape, const Order extends Shape>(
    this: Tensor<A, D>,
    ...order: Order
  ): Tensor<Permuted<A, Order>, D> {
    return view.permute<A, D, Order>(this, order);
  }
  transpose<A extends Shape>(this: Tensor<A, D>): Tensor<Transposed<A>, D>;
  transpose(a: number, b: number): Tensor<Shape, D>;
  transpose(a = -2, b = -1): Tensor<Shape, D> {
    return view.transpose<S, D>(this, a, b);
  }
  expand<const R extends Shape>(shape: R): Tensor<view.Resolved<R>, D> {
    return view.expand<R, D>(this, shape);
  }
  squeeze(axis?: number | readonly number[]): Tensor<Shape, D> {
    return view.squeeze<D>(this, axis);
  }
  unsqueeze(axis: number): Tensor<Shape, D> {
    return view.unsqueeze<D>(this, axis);
  }
  slice(axis: number, start: number, stop?: number, step?: number): Tensor<Shape, D> {
    return view.slice<D>(this, axis, start, stop, step);
  }
  split(size: number, axis?: number): Tensor<Shape, D>[] {
    return view.split<D>(this, size, axis);
  }
  flip(axis?: number | readonly number[]): Tensor<S, D> {
    return view.flip<S, D>(this, axis);
  }
  clone(): Tensor<S, D> {
    return clone<S, D>(this);
  }
  contiguous(): Tensor<S, D> {
    return contiguous<S, D>(this);
  }
  to<E extends DType>(dtype: E): Tensor<S, E> {
    return cast<S, E>(this, dtype);
  }

  // Arithmetic
  add<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D> {
    return arithmetic.add<A, R, D>(this, other);
  }
  sub<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D> {
    return arithmetic.sub<A, R, D>(this, other);
  }
  mul<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D> {
    return arithmetic.mul<A, R, D>(this, other);
  }
  div<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D> {
    return arithmetic.div<A, R, D>(this, other);
  }
  pow<A extends Shape, R extends Shape = []>(this: Tensor<A, D>, other: Operand<A, R, D>): Tensor<Broadcast<A, R>, D> {
    return arithmetic.pow<A, R, D>(this, other);
  }
  maximum<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, D> {
    return arithmetic.maximum<A, R, D>(this, other);
  }
  minimum<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, D> {
    return arithmetic.minimum<A, R, D>(this, other);
  }
  clamp(low?: number, high?: number): Tensor<S, D> {
    return arithmetic.clamp<S, D>(this, low, high);
  }

  // Products
  matmul<A extends Shape, R extends Shape>(this: Tensor<A>, right: Tensor<R> & CanMatMul<A, R>): Tensor<MatMul<A, R>> {
    return matmul<A, R>(this, right);
  }

  // Reductions
  sum<A extends Shape, const Axis = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: AxesOf<Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, SumOf<D>> {
    return reduce.sum<A, D, Axis, Keep>(this, axes, keepDims);
  }
  mean<A extends Shape, const Axis = undefined, Keep extends boolean = false>(
    this: Tensor<A>,
    axes?: AxesOf<Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>> {
    return reduce.mean<A, Axis, Keep>(this, axes, keepDims);
  }
  prod<A extends Shape, const Axis = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: AxesOf<Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D> {
    return reduce.prod<A, D, Axis, Keep>(this, axes, keepDims);
  }
  max<A extends Shape, const Axis = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: AxesOf<Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D> {
    return reduce.max<A, D, Axis, Keep>(this, axes, keepDims);
  }
  min<A extends Shape, const Axis = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axes?: AxesOf<Axis>,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, D> {
    return reduce.min<A, D, Axis, Keep>(this, axes, keepDims);
  }
  softmax(this: Tensor<S>, axis?: number): Tensor<S> {
    return softmax(this, axis);
  }
  logSoftmax(this: Tensor<S>, axis?: number): Tensor<S> {
    return logSoftmax(this, axis);
  }
  logSumExp(this: Tensor<Shape>, axis?: number, keepDims?: boolean): Tensor<Shape> {
    return logSumExp(this, axis, keepDims);
  }
  variance(this: Tensor<Shape>, axes?: statistics.Axes, options?: statistics.VarianceOptions): Tensor<Shape> {
    return statistics.variance(this, axes, options);
  }
  std(this: Tensor<Shape>, axes?: statistics.Axes, options?: statistics.VarianceOptions): Tensor<Shape> {
    return statistics.std(this, axes, options);
  }
  norm(this: Tensor<Shape>, p?: number, axes?: statistics.Axes, keepDims?: boolean): Tensor<Shape> {
    return statistics.norm(this, p, axes, keepDims);
  }
  cumsum(axis: number): Tensor<S, D> {
    return cumsum<S, D>(this, axis);
  }
  any(this: Tensor<Shape, "bool">, axes?: number | readonly number[], keepDims?: boolean): Tensor<Shape, "bool"> {
    return reduce.any(this, axes, keepDims);
  }
  all(this: Tensor<Shape, "bool">, axes?: number | readonly number[], keepDims?: boolean): Tensor<Shape, "bool"> {
    return reduce.all(this, axes, keepDims);
  }
  argmax<A extends Shape, const Axis extends number | undefined = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axis?: Axis,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "i32"> {
    return argument.argmax<A, Axis, Keep>(this, axis, keepDims);
  }
  argmin<A extends Shape, const Axis extends number | undefined = undefined, Keep extends boolean = false>(
    this: Tensor<A, D>,
    axis?: Axis,
    keepDims?: Keep,
  ): Tensor<Reduced<A, Axis, Keep>, "i32"> {
    return argument.argmin<A, Axis, Keep>(this, axis, keepDims);
  }

  // Picking and ordering
  gather<I extends Shape>(axis: number, index: Tensor<I, "i32">): Tensor<I, D> {
    return gather<D, I>(this, axis, index);
  }
  scatterAdd(axis: number, index: Tensor<Shape, "i32">, source: Tensor<Shape, D>): Tensor<S, D> {
    return scatterAdd<S, D>(this, axis, index, source);
  }
  indexSelect(axis: number, index: Tensor<Shape, "i32">): Tensor<Shape, D> {
    return indexSelect<D>(this, axis, index);
  }
  sort(axis?: number, descending?: boolean): sort.Sorted<D> {
    return sort.sort<D>(this, axis, descending);
  }
  argsort(axis?: number, descending?: boolean): Tensor<S, "i32"> {
    return sort.argsort<S>(this, axis, descending);
  }
  topk(k: number, axis?: number, largest?: boolean): sort.Sorted<D> {
    return sort.topk<D>(this, k, axis, largest);
  }

  // Comparisons
  equal<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.equal<A, R, D>(this, other);
  }
  notEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.notEqual<A, R, D>(this, other);
  }
  less<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.less<A, R, D>(this, other);
  }
  lessEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.lessEqual<A, R, D>(this, other);
  }
  greater<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.greater<A, R, D>(this, other);
  }
  greaterEqual<A extends Shape, R extends Shape = []>(
    this: Tensor<A, D>,
    other: Operand<A, R, D>,
  ): Tensor<Broadcast<A, R>, "bool"> {
    return comparison.greaterEqual<A, R, D>(this, other);
  }

  // Mathematics, element by element
  neg(): Tensor<S, D> {
    return maths.neg<S, D>(this);
  }
  abs(): Tensor<S, D> {
    return maths.abs<S, D>(this);
  }
  square(): Tensor<S, D> {
    return maths.square<S, D>(this);
  }
  sign(): Tensor<S, D> {
    return rounding.sign<S, D>(this);
  }
  sqrt(this: Tensor<S>): Tensor<S> {
    return maths.sqrt(this);
  }
  rsqrt(this: Tensor<S>): Tensor<S> {
    return maths.rsqrt(this);
  }
  reciprocal(this: Tensor<S>): Tensor<S> {
    return maths.reciprocal(this);
  }
  exp(this: Tensor<S>): Tensor<S> {
    return maths.exp(this);
  }
  expm1(this: Tensor<S>): Tensor<S> {
    return maths.expm1(this);
  }
  log(this: Tensor<S>): Tensor<S> {
    return maths.log(this);
  }
  log1p(this: Tensor<S>): Tensor<S> {
    return maths.log1p(this);
  }
  sin(this: Tensor<S>): Tensor<S> {
    return maths.sin(this);
  }
  cos(this: Tensor<S>): Tensor<S> {
    return maths.cos(this);
  }
  erf(this: Tensor<S>): Tensor<S> {
    return maths.erf(this);
  }
  step(this: Tensor<S>): Tensor<S> {
    return rounding.step(this);
  }
  floor(this: Tensor<S>): Tensor<S> {
    return rounding.floor(this);
  }
  ceil(this: Tensor<S>): Tensor<S> {
    return rounding.ceil(this);
  }
  round(this: Tensor<S>): Tensor<S> {
    return rounding.round(this);
  }
  trunc(this: Tensor<S>): Tensor<S> {
    return rounding.trunc(this);
  }

  // Activations
  relu(this: Tensor<S>): Tensor<S> {
    return activation.relu(this);
  }
  tanh(this: Tensor<S>): Tensor<S> {
    return activation.tanh(this);
  }
  sigmoid(this: Tensor<S>): Tensor<S> {
    return activation.sigmoid(this);
  }
  silu(this: Tensor<S>): Tensor<S> {
    return activation.silu(this);
  }
  softplus(this: Tensor<S>): Tensor<S> {
    return activation.softplus(this);
  }
  gelu(this: Tensor<S>, approximate?: "none" | "tanh"): Tensor<S> {
    return activation.gelu(this, approximate);
  }
}

// How Node's console shows it.
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: Tensor.prototype.toString });

setConstructor((storage, dtype, layout, id) => new Tensor(storage, dtype, layout, id));
