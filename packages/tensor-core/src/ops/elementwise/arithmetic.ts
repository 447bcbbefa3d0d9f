import { Binary, IntegerBinary } from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { core } from "../../runtime/heap.ts";
import { numberFor } from "../../create/create.ts";
import type { Operand, Tensor } from "../../tensor/tensor.ts";
import type { Broadcast } from "../../types/broadcast.ts";
import { type DType, DTYPES } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertArithmetic } from "../../dispatch/dtypes.ts";
import { applyBinary, type BinaryOp, binaryOp } from "./binary.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertNumber } from "../../arguments/checks.ts";

const addOp: BinaryOp<"add"> = binaryOp("add", { f32: Binary.Add, i32: IntegerBinary.Add });

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

const subOp: BinaryOp<"sub"> = binaryOp("sub", { f32: Binary.Sub, i32: IntegerBinary.Sub });

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

const mulOp: BinaryOp<"mul"> = binaryOp("mul", { f32: Binary.Mul, i32: IntegerBinary.Mul });

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

const divOp: BinaryOp<"div"> = binaryOp("div", { f32: Binary.Div });

/**
 * a / b, elementwise, broadcasting; f32 only: PyTorch divides integers as floats, which is `a.to("f32").div(…)` here, and `//` is that
 * and `floor()`. @throws ShapeError if shapes do not broadcast, DTypeError
 */
export function div<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(divOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const powOp: BinaryOp<"pow"> = binaryOp("pow", { f32: Binary.Pow });

/**
 * aᵇ, elementwise, broadcasting; f32 only, so that powers of integers are right up to 2²⁴ (PyTorch's wrap at 2³¹). NaN for a negative
 * base with a broken exponent. @throws ShapeError, DTypeError
 */
export function pow<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(powOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const maximumOp: BinaryOp<"maximum"> = binaryOp("maximum", { f32: Binary.Maximum, i32: IntegerBinary.Maximum });

/** The larger of two, elementwise, broadcasting; NaN if either is. Where they are equal the gradient is shared in halves. */
export function maximum<A extends Shape, B extends Shape = [], D extends DType = "f32">(
  a: Tensor<A, D>,
  b: Operand<A, B, D>,
): Tensor<Broadcast<A, B>, D> {
  return applyBinary(maximumOp, a, b) as Tensor<Broadcast<A, B>, D>;
}

const minimumOp: BinaryOp<"minimum"> = binaryOp("minimum", { f32: Binary.Minimum, i32: IntegerBinary.Minimum });

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
