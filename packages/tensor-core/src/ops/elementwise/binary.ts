import type { Binary, IntegerBinary } from "../../../wasm/codes.js";
import * as frames from "../../../wasm/frames.js";
import { full, numberFor } from "../../create/create.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor, OneResult, ResultKinds, Single } from "../../dispatch/results.ts";
import { DTypeError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { broadcastShapes } from "../../shape/axes.ts";
import { sameShape } from "../../shape/layout.ts";
import { assertOneDType, refuseStorage } from "../../dispatch/dtypes.ts";
import { notTensor } from "../../tensor/assert-tensor.ts";
import { isTensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";

/** An op on two tensors that broadcast against each other. */
export type BinaryOp<Name extends string, Kinds extends ResultKinds = OneResult> = KernelOp<
  Name,
  ["a", "b"],
  void,
  Kinds
>;

/** Code of a binary kernel for f32, and for i32 where it has one. */
export interface BinaryCodes {
  readonly f32: Binary;
  readonly i32?: IntegerBinary;
}

/** The record of an arithmetic op on two tensors of one dtype. */
export function binaryOp<const Name extends string>(name: Name, codes: BinaryCodes): BinaryOp<Name> {
  return defineOp(name, ["a", "b"], {
    shape: ({ a, b }) => {
      assertOneDType(name, a, b);
      if ((a.dtype === "f32" ? codes.f32 : a.dtype === "i32" ? codes.i32 : undefined) === undefined) {
        const taken = codes.i32 === undefined ? "f32" : "f32 and i32";
        throw new DTypeError(
          name,
          { a: a.shape, b: b.shape, dtype: a.dtype },
          `takes ${taken}`,
          'convert with .to("f32")',
        );
      }
      return sameShape(a.shape, b.shape) ? a.shape : broadcastShapes(name, { a: a.shape, b: b.shape });
    },
    run: ({ a, b }, out) => {
      if (a.dtype === "f32") runFloat(codes.f32, a, b, out);
      else runInteger(codes.i32 as IntegerBinary, a, b, out);
    },
  });
}

function runFloat(code: Binary, a: AnyTensor, b: AnyTensor, out: AnyTensor): void {
  const kernels = core();
  const form = formOf(a, b, out);
  if (form === "dense") kernels.binary(code, out.size, a.address, b.address, out.address);
  else if (form === "number right") kernels.binary_scalar(code, out.size, a.address, b.address, out.address);
  else if (form === "number left") kernels.scalar_binary(code, out.size, a.address, b.address, out.address);
  else {
    frames.writeBinaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, a, b });
    kernels.binary_strided(code, a.address, b.address, out.address);
  }
}

function runInteger(code: IntegerBinary, a: AnyTensor, b: AnyTensor, out: AnyTensor): void {
  const kernels = core();
  const form = formOf(a, b, out);
  if (form === "dense") kernels.binary_i32(code, out.size, a.address, b.address, out.address);
  else if (form === "number right") kernels.binary_i32_scalar(code, out.size, a.address, b.address, out.address);
  else {
    frames.writeBinaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, a, b });
    kernels.binary_i32_strided(code, a.address, b.address, out.address);
  }
}

/** How two operands lie: kernels without strides serve the common cases. */
function formOf(a: AnyTensor, b: AnyTensor, out: AnyTensor): "dense" | "number right" | "number left" | "strided" {
  if (a.isContiguous && a.size === out.size) {
    if (b.size === out.size && b.isContiguous) return "dense";
    if (b.size === 1) return "number right";
  } else if (a.size === 1 && b.size === out.size && b.isContiguous) return "number left";
  return "strided";
}

/** Applies a binary op to tensors and numbers; a number takes the dtype of the tensor beside it. */
export function applyBinary(op: BinaryOp<string, Single>, a: AnyTensor | number, b: AnyTensor | number): AnyTensor {
  if (isTensor(a) && isTensor(b)) return apply(op, { a, b }, undefined);
  assertOperand(op.name, "a", a);
  assertOperand(op.name, "b", b);
  const beside = isTensor(a) ? a : isTensor(b) ? b : undefined;
  if (beside !== undefined) refuseStorage(op.name, beside === a ? "a" : "b", beside);
  const dtype = beside?.dtype ?? "f32";
  const left = asTensor(op.name, a, dtype);
  const right = asTensor(op.name, b, dtype);
  try {
    return apply(op, { a: left, b: right }, undefined);
  } finally {
    if (left !== a) left.dispose();
    if (right !== b) right.dispose();
  }
}

/** @throws ValueError on what is neither a tensor nor a number or truth value, DisposedError */
function assertOperand(op: string, name: string, operand: unknown): void {
  if (typeof operand === "number" || typeof operand === "boolean") return;
  if (!isTensor(operand)) throw notTensor(op, name, operand, "a tensor or a number");
  operand.assertLive(op);
}

function asTensor(op: string, operand: AnyTensor | number, dtype: DType): AnyTensor {
  if (isTensor(operand)) return operand;
  return full<Shape, DType>([], numberFor(op, dtype, operand), dtype);
}
