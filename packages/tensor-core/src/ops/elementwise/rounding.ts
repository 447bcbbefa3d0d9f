import * as codes from "../../../wasm/codes.js";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { applyUnary, type UnaryOp, unaryOp } from "./unary.ts";

const signOp: UnaryOp<"sign"> = unaryOp("sign", { f32: codes.Unary.Sign, i32: codes.IntegerUnary.Sign });

/** −1, 0 or 1, elementwise; 0 of NaN, as PyTorch's on the CPU. @param x any shape, f32 or i32 @returns the shape of `x` */
export function sign<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D> {
  return applyUnary(signOp, x);
}

const stepOp: UnaryOp<"step"> = unaryOp("step", { f32: codes.Unary.Step });

/** 1 above 0, else 0, elementwise: the slope of relu. @param x any shape, f32 @returns the shape of `x` */
export function step<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(stepOp, x);
}

const floorOp: UnaryOp<"floor"> = unaryOp("floor", { f32: codes.Unary.Floor });

/** The largest whole number not above x, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function floor<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(floorOp, x);
}

const ceilOp: UnaryOp<"ceil"> = unaryOp("ceil", { f32: codes.Unary.Ceil });

/** The smallest whole number not below x, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function ceil<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(ceilOp, x);
}

const roundOp: UnaryOp<"round"> = unaryOp("round", { f32: codes.Unary.Round });

/** The nearest whole number, ties to even, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function round<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(roundOp, x);
}

const truncOp: UnaryOp<"trunc"> = unaryOp("trunc", { f32: codes.Unary.Trunc });

/** x without its fraction, elementwise. @param x any shape, f32 @returns the shape of `x` */
export function trunc<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return applyUnary(truncOp, x);
}

export const roundingOps: {
  sign: typeof signOp;
  step: typeof stepOp;
  floor: typeof floorOp;
  ceil: typeof ceilOp;
  round: typeof roundOp;
  trunc: typeof truncOp;
} = {
  sign: signOp,
  step: stepOp,
  floor: floorOp,
  ceil: ceilOp,
  round: roundOp,
  trunc: truncOp,
};
