import * as codes from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import { numberFor } from "../../create/create.ts";
import { composed } from "../../tensor/scope.ts";
import { isTensor, type Operand, type Tensor } from "../../tensor/tensor.ts";
import type { Broadcast } from "../../types/broadcast.ts";
import { type DType, DTYPES, type Quotient } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { cast } from "../copy/cast.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertArithmetic, assertOneDType } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ValueError } from "../../errors/index.ts";
import { applyBinary, type BinaryOp, binaryOp } from "./binary.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertNumber } from "../../arguments/checks.ts";

const addOp: BinaryOp<"add"> = binaryOp("add", { f32: codes.Binary.Add, i32: codes.IntegerBinary.Add });

/**
 * a + b, elementwise, broadcasting. Whole numbers wrap modulo 2³², as PyTorch's int32.
 * @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ
 */
export function add<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(addOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const subOp: BinaryOp<"sub"> = binaryOp("sub", { f32: codes.Binary.Sub, i32: codes.IntegerBinary.Sub });

/**
 * a − b, elementwise, broadcasting. Whole numbers wrap modulo 2³², as PyTorch's int32.
 * @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ
 */
export function sub<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(subOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const mulOp: BinaryOp<"mul"> = binaryOp("mul", { f32: codes.Binary.Mul, i32: codes.IntegerBinary.Mul });

/**
 * a · b, elementwise, broadcasting. Whole numbers wrap modulo 2³², as PyTorch's int32.
 * @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ
 */
export function mul<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(mulOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const divOp: BinaryOp<"div"> = binaryOp("div", { f32: codes.Binary.Div });

/**
 * a / b, elementwise, broadcasting. Whole numbers are divided as floats, as in PyTorch: of `i32` the quotient is `f32`, of
 * operands rounded to f32 (exact up to 2²⁴).
 * @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ
 */
export function div<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, Quotient<D>>;
export function div(a: AnyTensor | number, b: AnyTensor | number): AnyTensor {
  if (isWhole(a) || isWhole(b)) return quotientOfWhole(a, b);
  return applyBinary(divOp, a, b);
}

/** Looks at what may be anything: the rest of `div` refuses it. */
function isWhole(operand: AnyTensor | number | undefined): boolean {
  return typeof operand === "object" && operand?.dtype === "i32";
}

function quotientOfWhole(a: AnyTensor | number, b: AnyTensor | number): AnyTensor {
  if (isTensor(a) && isTensor(b)) assertOneDType("div", a, b);
  const asFloat = (operand: AnyTensor | number): AnyTensor | number =>
    isTensor(operand) ? cast(operand, "f32") : operand;
  return composed("div", () => applyBinary(divOp, asFloat(a), asFloat(b)));
}

const powOp: BinaryOp<"pow"> = binaryOp("pow", { f32: codes.Binary.Pow, i32: codes.IntegerBinary.Pow });

/**
 * aᵇ, elementwise, broadcasting; NaN for a negative base with a broken exponent. Powers of whole numbers are whole, and wrap
 * modulo 2³², as PyTorch's int32; below an exponent of 0 in a tensor the fraction is cut off: 0, but of 1 and −1.
 * @throws ShapeError if shapes do not broadcast, DTypeError if dtypes differ, ValueError for whole numbers to a number below 0
 */
export function pow<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D>;
export function pow(a: AnyTensor | number, b: AnyTensor | number): AnyTensor {
  if (typeof b === "number" && b < 0 && isWhole(a)) {
    throw new ValueError(
      "pow",
      { exponent: b },
      "whole numbers to a power below 0 are not whole",
      'a.to("f32").pow(b)',
    );
  }
  return applyBinary(powOp, a, b);
}

const maximumOp: BinaryOp<"maximum"> = binaryOp("maximum", {
  f32: codes.Binary.Maximum,
  i32: codes.IntegerBinary.Maximum,
});

/** The larger of two, elementwise, broadcasting; NaN if either is. Where they are equal the gradient is shared in halves. */
export function maximum<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(maximumOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const minimumOp: BinaryOp<"minimum"> = binaryOp("minimum", {
  f32: codes.Binary.Minimum,
  i32: codes.IntegerBinary.Minimum,
});

/** The smaller of two, elementwise, broadcasting; NaN if either is. Where they are equal the gradient is shared in halves. */
export function minimum<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(minimumOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

interface Limits {
  readonly low: number;
  readonly high: number;
}

const clampOp: KernelOp<"clamp", ["x"], Limits> = defineOp("clamp", ["x"], {
  shape: ({ x }) => {
    assertArithmetic("clamp", x);
    return x.shape;
  },
  run: ({ x }, out, { low, high }) => {
    const kernel = x.dtype === "f32" ? core().clamp : core().clamp_i32;
    onContiguous(x, (dense) => kernel(dense.size, low, high, dense.address, out.address));
  },
});

function assertLimit(name: string, limit: unknown): void {
  if (limit !== undefined && typeof limit !== "boolean") assertNumber("clamp", name, limit);
}

/**
 * `x` limited to at least `low` and at most `high`; either may be left out. NaN stays, a limit that is NaN makes every
 * element NaN, and `high` wins over a larger `low`. The gradient is 0 at a limit too and at NaN, as in
 * PyTorch 2.15.
 */
export function clamp<S extends Shape, D extends DType>(x: Tensor<S, D>, low?: number, high?: number): Tensor<S, D> {
  assertTensor("clamp", "x", x);
  assertArithmetic("clamp", x);
  assertLimit("low", low);
  assertLimit("high", high);
  const [lowest, highest] = DTYPES[x.dtype].range;
  const limits = {
    low: numberFor("clamp", x.dtype, low ?? lowest),
    high: numberFor("clamp", x.dtype, high ?? highest),
  };
  return apply(clampOp, { x }, limits) as Tensor<S, D>;
}

export const arithmeticOps: {
  add: typeof addOp;
  sub: typeof subOp;
  mul: typeof mulOp;
  div: typeof divOp;
  pow: typeof powOp;
  maximum: typeof maximumOp;
  minimum: typeof minimumOp;
  clamp: typeof clampOp;
} = {
  add: addOp,
  sub: subOp,
  mul: mulOp,
  div: divOp,
  pow: powOp,
  maximum: maximumOp,
  minimum: minimumOp,
  clamp: clampOp,
};
