import { Binary, IntegerBinary } from "../../wasm/codes.js";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import type { Broadcast } from "../types/broadcast.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
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

export const arithmeticOps: { add: BinaryOp<"add">; sub: BinaryOp<"sub">; mul: BinaryOp<"mul">; div: BinaryOp<"div"> } = {
  add: addOp,
  sub: subOp,
  mul: mulOp,
  div: divOp,
};
