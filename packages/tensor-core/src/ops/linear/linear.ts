import { ProductStart } from "../../../wasm/codes.js";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { sizeOf } from "../../shape/layout.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { SizeAt } from "../../types/axes.ts";
import type { HasFeatures, WithFeatures } from "../../types/matmul.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { multiplyInto } from "./product.ts";

const linearOp: KernelOp<"linear", ["x", "weight", "bias?"], void> = defineOp("linear", ["x", "weight", "bias?"], {
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
  multiplyAdds: ({ x }, out) => out.size * (x.shape.at(-1) ?? 0),
  run: ({ x, weight, bias }, out) => {
    scope(() => {
      const rows = asRows(x);
      const start = bias === undefined ? ProductStart.Zero : ProductStart.BiasPerColumn;
      multiplyInto("linear", rows, weight.transpose(), asRows(out), start, bias?.contiguous(), true);
    });
  },
});

/** The tensor as (rows, features). */
function asRows(x: AnyTensor): AnyTensor {
  return x.rank === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
}

/**
 * x · weightᵀ + bias, in one pass.
 *
 * @param x (…, inputs) @param weight (outputs, inputs) @param bias (outputs)
 * @returns (…, outputs)
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function linear<S extends Shape, W extends Shape>(
  x: Tensor<S & HasFeatures<S, SizeAt<W, 1>>>,
  weight: Tensor<W>,
  bias?: Tensor<Shape>,
): Tensor<WithFeatures<S, SizeAt<W, 0>>> {
  return apply(linearOp, { x, weight, bias }, undefined) as Tensor<WithFeatures<S, SizeAt<W, 0>>>;
}

export const linearOps: { linear: typeof linearOp } = { linear: linearOp };
