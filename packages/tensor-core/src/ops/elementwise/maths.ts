import * as codes from "../../../wasm/codes.js";
import type { Operand, Tensor } from "../../tensor/tensor.ts";
import type { Broadcast } from "../../types/broadcast.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { applyBinary, type BinaryOp, binaryOp } from "./binary.ts";
import { applyUnary, type UnaryOp, unaryOp } from "./unary.ts";

const negOp: UnaryOp<"neg"> = unaryOp("neg", { f32: codes.Unary.Neg, i32: codes.IntegerUnary.Neg });

/** −x, elementwise. @param x any shape, f32 or i32 @returns the shape of `x` */
export function neg<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return applyUnary(negOp, x);
}

const absOp: UnaryOp<"abs"> = unaryOp("abs", { f32: codes.Unary.Abs, i32: codes.IntegerUnary.Abs });

/** |x|, elementwise; subgradient 0 at 0. @param x any shape, f32 or i32 @returns the shape of `x` */
export function abs<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return applyUnary(absOp, x);
}

const squareOp: UnaryOp<"square"> = unaryOp("square", { f32: codes.Unary.Square, i32: codes.IntegerUnary.Square });

/** x², elementwise. @param x any shape, f32 or i32 @returns the shape of `x` */
export function square<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return applyUnary(squareOp, x);
}

const sqrtOp: UnaryOp<"sqrt"> = unaryOp("sqrt", { f32: codes.Unary.Sqrt });

/** √x, elementwise; NaN below 0. @param x any shape, f32 @returns the shape of `x` */
export function sqrt<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(sqrtOp, x);
}

const rsqrtOp: UnaryOp<"rsqrt"> = unaryOp("rsqrt", { f32: codes.Unary.Rsqrt });

/** 1/√x, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function rsqrt<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(rsqrtOp, x);
}

const reciprocalOp: UnaryOp<"reciprocal"> = unaryOp("reciprocal", { f32: codes.Unary.Reciprocal });

/** 1/x, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function reciprocal<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(reciprocalOp, x);
}

const expOp: UnaryOp<"exp"> = unaryOp("exp", { f32: codes.Unary.Exp });

/** eˣ, elementwise, to 1 ulp. @param x any shape, f32 @returns the shape of `x` */
export function exp<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(expOp, x);
}

const expm1Op: UnaryOp<"expm1"> = unaryOp("expm1", { f32: codes.Unary.Expm1 });

/** eˣ − 1, elementwise, accurate near 0. @param x any shape, f32 @returns the shape of `x` */
export function expm1<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(expm1Op, x);
}

const logOp: UnaryOp<"log"> = unaryOp("log", { f32: codes.Unary.Log });

/** Natural logarithm, elementwise; −∞ at 0, NaN below. @param x any shape, f32 @returns the shape of `x` */
export function log<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(logOp, x);
}

const log1pOp: UnaryOp<"log1p"> = unaryOp("log1p", { f32: codes.Unary.Log1p });

/** ln(1 + x), elementwise, accurate near 0. @param x any shape, f32 @returns the shape of `x` */
export function log1p<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(log1pOp, x);
}

const sinOp: UnaryOp<"sin"> = unaryOp("sin", { f32: codes.Unary.Sin });

/** Sine of radians, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function sin<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(sinOp, x);
}

const cosOp: UnaryOp<"cos"> = unaryOp("cos", { f32: codes.Unary.Cos });

/** Cosine of radians, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function cos<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(cosOp, x);
}

const atan2Op: BinaryOp<"atan2"> = binaryOp("atan2", { f32: codes.Binary.Atan2 });

/**
 * The angle of the point (x, y) from the positive x axis, in radians from −π to π, elementwise, broadcasting; zeros and
 * infinities as C's `atan2`. At the origin there is no gradient: it is NaN.
 * @param y f32 @param x f32 @returns the shape that both broadcast to
 * @throws ShapeError if shapes do not broadcast, DTypeError unless both are f32
 */
export function atan2<A extends Shape, B extends Shape = []>(
  y: Tensor<A>,
  x: Operand<A, B, "f32">,
): Tensor<Broadcast<A, B>> {
  return applyBinary(atan2Op, y, x) as Tensor<Broadcast<A, B>>;
}

const erfOp: UnaryOp<"erf"> = unaryOp("erf", { f32: codes.Unary.Erf });

/** The error function 2/√π ∫₀ˣ e^(−t²) dt, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function erf<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(erfOp, x);
}

export const mathsOps: {
  neg: typeof negOp;
  abs: typeof absOp;
  square: typeof squareOp;
  sqrt: typeof sqrtOp;
  rsqrt: typeof rsqrtOp;
  reciprocal: typeof reciprocalOp;
  exp: typeof expOp;
  expm1: typeof expm1Op;
  log: typeof logOp;
  log1p: typeof log1pOp;
  sin: typeof sinOp;
  cos: typeof cosOp;
  atan2: typeof atan2Op;
  erf: typeof erfOp;
} = {
  neg: negOp,
  abs: absOp,
  square: squareOp,
  sqrt: sqrtOp,
  rsqrt: rsqrtOp,
  reciprocal: reciprocalOp,
  exp: expOp,
  expm1: expm1Op,
  log: logOp,
  log1p: log1pOp,
  sin: sinOp,
  cos: cosOp,
  atan2: atan2Op,
  erf: erfOp,
};
