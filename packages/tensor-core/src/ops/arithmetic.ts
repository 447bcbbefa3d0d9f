import { Binary, IntegerBinary } from "../../wasm/codes.js";
import { scope } from "../tensor/scope.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import type { Broadcast } from "../types/broadcast.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { clone } from "./copy.ts";
import { applyBinary, type BinaryOp, binaryOp } from "./elementwise.ts";

const addOp: BinaryOp<"add"> = binaryOp("add", { f32: Binary.Add, i32: IntegerBinary.Add });

/** a + b, elementwise, broadcasting. @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ */
export function add<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(addOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const subOp: BinaryOp<"sub"> = binaryOp("sub", { f32: Binary.Sub, i32: IntegerBinary.Sub });

/** a − b, elementwise, broadcasting. @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ */
export function sub<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(subOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const mulOp: BinaryOp<"mul"> = binaryOp("mul", { f32: Binary.Mul, i32: IntegerBinary.Mul });

/** a · b, elementwise, broadcasting. @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ */
export function mul<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(mulOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const divOp: BinaryOp<"div"> = binaryOp("div", { f32: Binary.Div });

/** a / b, elementwise, broadcasting; f32 only. @throws ShapeError if shapes do not broadcast, DTypeError */
export function div<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(divOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const powOp: BinaryOp<"pow"> = binaryOp("pow", { f32: Binary.Pow });

/** aᵇ, elementwise, broadcasting; f32 only. NaN for a negative base with a broken exponent. @throws ShapeError, DTypeError */
export function pow<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(powOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const maximumOp: BinaryOp<"maximum"> = binaryOp("maximum", { f32: Binary.Maximum, i32: IntegerBinary.Maximum });

/** The larger of two, elementwise, broadcasting; NaN if either is. Where they are equal the gradient is shared in halves. */
export function maximum<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(maximumOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const minimumOp: BinaryOp<"minimum"> = binaryOp("minimum", { f32: Binary.Minimum, i32: IntegerBinary.Minimum });

/** The smaller of two, elementwise, broadcasting; NaN if either is. Where they are equal the gradient is shared in halves. */
export function minimum<A extends Shape, B extends Shape = [], D extends DType = "f32">(a: Tensor<A, D>, b: Operand<A, B, D>): Tensor<Broadcast<A, B>, D> {
  return applyBinary(minimumOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

/** `x` limited to at least `low` and at most `high`; either may be left out. The gradient is 0 where it was limited. */
export function clamp<S extends Shape, D extends DType>(x: Tensor<S, D>, low?: number, high?: number): Tensor<S, D> {
  return scope(() => {
    const raised = low === undefined ? x : applyBinary(maximumOp, x, low);
    const limited = high === undefined ? raised : applyBinary(minimumOp, raised, high);
    return (limited === x ? clone(x) : limited) as Tensor<S, D>;
  });
}

export const arithmeticOps: {
  add: typeof addOp;
  sub: typeof subOp;
  mul: typeof mulOp;
  div: typeof divOp;
  pow: typeof powOp;
  maximum: typeof maximumOp;
  minimum: typeof minimumOp;
} = { add: addOp, sub: subOp, mul: mulOp, div: divOp, pow: powOp, maximum: maximumOp, minimum: minimumOp };
