import * as codes from "../../../wasm/codes.js";
import * as frames from "../../../wasm/frames.js";
import { defineOp } from "../../dispatch/op.ts";
import { DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { broadcastShapes } from "../../shape/axes.ts";
import type { Operand, Tensor } from "../../tensor/tensor.ts";
import type { Broadcast, Fits } from "../../types/broadcast.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { assertBool, assertOneDType, refuseStorage } from "../../dispatch/dtypes.ts";
import { applyBinary, type BinaryOp } from "./binary.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { inCall } from "../../errors/in-call.ts";

function comparisonOp<const Name extends string>(name: Name, code: codes.Comparison): BinaryOp<Name, OneDiscrete> {
  return defineOp(name, ["a", "b"], {
    results: { y: DISCRETE },
    shape: ({ a, b }) => {
      assertOneDType(name, a, b);
      refuseStorage(name, "a", a);
      return broadcastShapes(name, { a: a.shape, b: b.shape });
    },
    dtype: () => "bool",
    run: ({ a, b }, out) => {
      const kernels = core();
      frames.writeBinaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, a, b });
      if (a.dtype === "f32") kernels.compare_f32_strided(code, a.address, b.address, out.address);
      else if (a.dtype === "i32") kernels.compare_i32_strided(code, a.address, b.address, out.address);
      else kernels.compare_u8_strided(code, a.address, b.address, out.address);
    },
  });
}

const equalOp: BinaryOp<"equal", OneDiscrete> = comparisonOp("equal", codes.Comparison.Equal);
const notEqualOp: BinaryOp<"notEqual", OneDiscrete> = comparisonOp("notEqual", codes.Comparison.NotEqual);
const lessOp: BinaryOp<"less", OneDiscrete> = comparisonOp("less", codes.Comparison.Less);
const lessEqualOp: BinaryOp<"lessEqual", OneDiscrete> = comparisonOp("lessEqual", codes.Comparison.LessEqual);
const greaterOp: BinaryOp<"greater", OneDiscrete> = comparisonOp("greater", codes.Comparison.Greater);
const greaterEqualOp: BinaryOp<"greaterEqual", OneDiscrete> = comparisonOp(
  "greaterEqual",
  codes.Comparison.GreaterEqual,
);

/** a = b, elementwise, broadcasting; NaN equals nothing. @throws ShapeError, DTypeError if dtypes differ */
export function equal<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(equalOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

/** a ≠ b, elementwise, broadcasting. @throws ShapeError, DTypeError if dtypes differ */
export function notEqual<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(notEqualOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

/** a < b, elementwise, broadcasting. @throws ShapeError, DTypeError if dtypes differ */
export function less<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(lessOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

/** a ≤ b, elementwise, broadcasting. @throws ShapeError, DTypeError if dtypes differ */
export function lessEqual<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(lessEqualOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

/** a > b, elementwise, broadcasting. @throws ShapeError, DTypeError if dtypes differ */
export function greater<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(greaterOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

/** a ≥ b, elementwise, broadcasting. @throws ShapeError, DTypeError if dtypes differ */
export function greaterEqual<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, "bool"> {
  return applyBinary(greaterEqualOp, a, b) as Tensor<Broadcast<A, B>, "bool">;
}

function logicalOp<const Name extends string>(name: Name, code: codes.Logical): BinaryOp<Name, OneDiscrete> {
  return defineOp(name, ["a", "b"], {
    results: { y: DISCRETE },
    shape: ({ a, b }) => {
      assertBool(name, a);
      assertBool(name, b);
      return broadcastShapes(name, { a: a.shape, b: b.shape });
    },
    run: ({ a, b }, out) => {
      frames.writeBinaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, a, b });
      core().logical_strided(code, a.address, b.address, out.address);
    },
  });
}

const logicalAndOp: BinaryOp<"logicalAnd", OneDiscrete> = logicalOp("logicalAnd", codes.Logical.And);
const logicalOrOp: BinaryOp<"logicalOr", OneDiscrete> = logicalOp("logicalOr", codes.Logical.Or);
const logicalXorOp: BinaryOp<"logicalXor", OneDiscrete> = logicalOp("logicalXor", codes.Logical.Xor);

type Bool<S extends Shape> = Tensor<S, "bool">;

/** True where both are, elementwise, broadcasting. */
export function logicalAnd<A extends Shape, B extends Shape>(
  a: Bool<A>,
  b: Bool<B & Fits<A, B>>,
): Bool<Broadcast<A, B>> {
  assertTensor("logicalAnd", "a", a);
  assertTensor("logicalAnd", "b", b);
  return applyBinary(logicalAndOp, a, b) as Bool<Broadcast<A, B>>;
}

/** True where either is, elementwise, broadcasting. */
export function logicalOr<A extends Shape, B extends Shape>(
  a: Bool<A>,
  b: Bool<B & Fits<A, B>>,
): Bool<Broadcast<A, B>> {
  assertTensor("logicalOr", "a", a);
  assertTensor("logicalOr", "b", b);
  return applyBinary(logicalOrOp, a, b) as Bool<Broadcast<A, B>>;
}

/** True where just one is, elementwise, broadcasting. */
export function logicalXor<A extends Shape, B extends Shape>(
  a: Bool<A>,
  b: Bool<B & Fits<A, B>>,
): Bool<Broadcast<A, B>> {
  assertTensor("logicalXor", "a", a);
  assertTensor("logicalXor", "b", b);
  return applyBinary(logicalXorOp, a, b) as Bool<Broadcast<A, B>>;
}

/** True where `x` is false, elementwise. */
export function logicalNot<S extends Shape>(x: Bool<S>): Bool<S> {
  assertTensor("logicalNot", "x", x);
  return inCall("logicalNot", () => applyBinary(logicalXorOp, x, 1) as Bool<S>);
}

/** Without a gradient: their results are truth values. */
export const comparisonOps: {
  equal: typeof equalOp;
  notEqual: typeof notEqualOp;
  less: typeof lessOp;
  lessEqual: typeof lessEqualOp;
  greater: typeof greaterOp;
  greaterEqual: typeof greaterEqualOp;
  logicalAnd: typeof logicalAndOp;
  logicalOr: typeof logicalOrOp;
  logicalXor: typeof logicalXorOp;
} = {
  equal: equalOp,
  notEqual: notEqualOp,
  less: lessOp,
  lessEqual: lessEqualOp,
  greater: greaterOp,
  greaterEqual: greaterEqualOp,
  logicalAnd: logicalAndOp,
  logicalOr: logicalOrOp,
  logicalXor: logicalXorOp,
};
