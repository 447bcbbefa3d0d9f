import type { IntegerUnary, Unary } from "../../../wasm/codes.js";
import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";

/** An op on one tensor, element by element. */
export type UnaryOp<Name extends string> = KernelOp<Name, ["x"], void>;

/** Code of a unary kernel for f32, and for i32 where it has one. */
export interface UnaryCodes {
  readonly f32: Unary;
  readonly i32?: IntegerUnary;
}

/** The record of an elementwise op. @param calledAs the function that it is of, where that has another name */
export function unaryOp<const Name extends string>(name: Name, codes: UnaryCodes, calledAs?: string): UnaryOp<Name> {
  return defineOp(name, ["x"], {
    calledAs,
    shape: ({ x }) => {
      if (x.dtype !== "f32" && (x.dtype !== "i32" || codes.i32 === undefined)) {
        const taken = codes.i32 === undefined ? "f32" : "f32 and i32";
        throw new DTypeError(name, { x: x.shape, dtype: x.dtype }, `takes ${taken}`, 'convert with .to("f32")');
      }
      return x.shape;
    },
    run: ({ x }, out) => {
      if (x.dtype === "f32") runFloat(codes.f32, x, out);
      else runInteger(codes.i32 as IntegerUnary, x, out);
    },
  });
}

function runFloat(code: Unary, x: AnyTensor, out: AnyTensor): void {
  if (x.isContiguous) core().unary(code, out.size, x.address, out.address);
  else {
    frames.writeUnaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, x });
    core().unary_strided(code, x.address, out.address);
  }
}

function runInteger(code: IntegerUnary, x: AnyTensor, out: AnyTensor): void {
  if (x.isContiguous) core().unary_i32(code, out.size, x.address, out.address);
  else {
    frames.writeUnaryWalk(heapI32(), frameStart(), { sizes: out.shape, y: out, x });
    core().unary_i32_strided(code, x.address, out.address);
  }
}

/** Applies a unary op: the result has the argument's shape and dtype. */
export function applyUnary<S extends Shape, D extends DType>(op: UnaryOp<string>, x: Tensor<S, D>): Tensor<S, D> {
  return apply(op, { x }, undefined) as Tensor<S, D>;
}
