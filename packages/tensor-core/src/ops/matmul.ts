import { ProductStart } from "../../wasm/codes.js";
import { apply } from "../dispatch/dispatch.ts";
import { type AnyTensor, defineOp, type KernelOp } from "../dispatch/op.ts";
import { DTypeError, ShapeError } from "../errors/index.ts";
import { broadcastShapes } from "../tensor/axes.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { CanMatMul, MatMul } from "../types/matmul.ts";
import type { Shape } from "../types/shape.ts";
import { multiplyInto } from "./product.ts";
import { squeeze, unsqueeze } from "./view.ts";

const matmulOp: KernelOp<"matmul", ["a", "b"], void, never> = defineOp("matmul", ["a", "b"], {
  shape: ({ a, b }) => {
    assertFloat("matmul", { a, b });
    const [rows, depth] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0];
    const [inner, columns] = [b.shape.at(-2) ?? 0, b.shape.at(-1) ?? 0];
    if (depth !== inner) {
      throw new ShapeError(
        "matmul",
        { left: a.shape, right: b.shape },
        `left columns (${depth}) must equal right rows (${inner})`,
        depth === columns
          ? "did you mean right.transpose()?"
          : rows === inner
            ? "did you mean left.transpose()?"
            : undefined,
      );
    }
    const batches = { left: a.shape.slice(0, -2), right: b.shape.slice(0, -2) };
    return [...broadcastShapes("matmul", batches, { left: a.shape, right: b.shape }), rows, columns];
  },
  run: ({ a, b }, out) => multiplyInto("matmul", a, b, out, ProductStart.Zero),
});

/**
 * Matrix product over the last two axes; the axes before them broadcast. A vector on the left is a row, on the right a
 * column, and its axis is gone from the result, as in PyTorch. Transposed operands are not copied.
 *
 * @param a (…, rows, depth) or (depth) @param b (…, depth, columns) or (depth)
 * @returns (…, rows, columns)
 * @throws ShapeError if depths differ or batches do not broadcast, DTypeError unless both are f32
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & CanMatMul<A, B>,
): Tensor<MatMul<A, B>> {
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError(
      "matmul",
      { left: a.shape, right: b.shape },
      "both sides need at least one axis",
      "mul(a, b) scales by a number",
    );
  }
  if (a.rank > 1 && b.rank > 1) return apply(matmulOp, { a, b }, undefined) as Tensor<MatMul<A, B>>;
  return scope(() => {
    const left: Tensor = a.rank === 1 ? unsqueeze(a, 0) : a;
    const right: Tensor = b.rank === 1 ? unsqueeze<"f32">(b, 1) : b;
    let product = apply(matmulOp, { a: left, b: right }, undefined) as Tensor;
    if (b.rank === 1) product = squeeze(product, -1);
    if (a.rank === 1) product = squeeze(product, b.rank === 1 ? -1 : -2);
    return product as Tensor<MatMul<A, B>>;
  });
}

const linearOp: KernelOp<"linear", ["x", "weight", "bias?"], void, never> = defineOp(
  "linear",
  ["x", "weight", "bias?"],
  {
    shape: ({ x, weight, bias }) => {
      assertFloat("linear", { x, weight, bias });
      if (weight.rank !== 2 || x.rank === 0 || x.shape.at(-1) !== weight.shape[1]) {
        throw new ShapeError(
          "linear",
          { x: x.shape, weight: weight.shape },
          `the last axis of x (${x.shape.at(-1)}) must equal the weight's second (outputs, inputs)`,
          weight.rank === 2 && x.shape.at(-1) === weight.shape[0]
            ? "did you mean weight.transpose()?"
            : "flatten the other axes of x first",
        );
      }
      const outputs = weight.shape[0] ?? 0;
      if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== outputs)) {
        throw new ShapeError(
          "linear",
          { weight: weight.shape, bias: bias.shape },
          `the bias must have one axis of ${outputs}`,
        );
      }
      return [...x.shape.slice(0, -1), outputs];
    },
    run: ({ x, weight, bias }, out) => {
      scope(() => {
        const rows = asRows(x);
        const start = bias === undefined ? ProductStart.Zero : ProductStart.BiasPerColumn;
        multiplyInto("linear", rows, weight.transpose(), asRows(out), start, bias?.contiguous());
      });
    },
  },
);

/** The tensor as (rows, features). */
function asRows(x: AnyTensor): AnyTensor {
  return x.rank === 2 ? x : x.reshape([-1, x.shape.at(-1) ?? 1]);
}

/**
 * x · weightᵀ + bias, in one pass.
 *
 * @param x (…, inputs) @param weight (outputs, inputs) @param bias (outputs)
 * @returns (…, outputs)
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function linear(x: Tensor<Shape>, weight: Tensor<Shape>, bias?: Tensor<Shape>): Tensor<Shape> {
  return apply(linearOp, { x, weight, bias }, undefined) as Tensor<Shape>;
}

/** @throws DTypeError unless every tensor is f32 */
export function assertFloat(op: string, inputs: Readonly<Record<string, AnyTensor | undefined>>): void {
  for (const name in inputs) {
    const dtype = inputs[name]?.dtype ?? "f32";
    if (dtype !== "f32")
      throw new DTypeError(op, { [name]: inputs[name]?.shape, dtype }, `${op} takes f32`, `${name}.to("f32")`);
  }
}

export const matmulOps: { matmul: typeof matmulOp; linear: typeof linearOp } = { matmul: matmulOp, linear: linearOp };
