import * as codes from "../../../wasm/codes.js";
import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { matrixOf, multiplyInto, onRows, rowsOf, transposed } from "./product.ts";

/** What a dense layer takes. */
interface Operands {
  readonly x: AnyTensor;
  readonly weight: AnyTensor;
  readonly bias?: AnyTensor | undefined;
}

/** The shape of x · weightᵀ + bias. @throws ShapeError, DTypeError */
export function denseShape({ x, weight, bias }: Operands): Shape {
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
}

/** out = x · weightᵀ + bias */
export function runDense({ x, weight, bias }: Operands, out: AnyTensor): void {
  const w = transposed(matrixOf(weight));
  onRows(x, (rows) => {
    if (bias === undefined) multiplyInto("linear", rows, w, rowsOf(out), codes.ProductStart.Zero, undefined, true);
    else {
      onContiguous(bias, (dense) =>
        multiplyInto("linear", rows, w, rowsOf(out), codes.ProductStart.BiasPerColumn, dense, true),
      );
    }
  });
}
