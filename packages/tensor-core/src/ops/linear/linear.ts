import { checkOptions, oneOf } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { SizeAt } from "../../types/axes.ts";
import type { HasFeatures, WithFeatures } from "../../types/matmul.ts";
import type { Shape } from "../../types/shape.ts";
import { linearActivatedOp } from "./activated.ts";
import { type Activation, ACTIVATION_NAMES } from "./activations.ts";
import { denseShape, runDense } from "./dense.ts";

const linearOp: KernelOp<"linear", ["x", "weight", "bias?"], void> = defineOp("linear", ["x", "weight", "bias?"], {
  shape: denseShape,
  multiplyAdds: ({ x }, out) => out.size * (x.shape.at(-1) ?? 0),
  run: runDense,
});

/** What a dense layer does with its result. */
export interface LinearOptions {
  /** Applied to x · weightᵀ + bias on its way out. None unless said. */
  readonly activation?: Activation | undefined;
}

/**
 * x · weightᵀ + bias, in one pass, or an activation of it.
 *
 * @param x (…, inputs) @param weight (outputs, inputs) @param bias (outputs)
 * @returns (…, outputs)
 * @throws ShapeError if sizes differ, DTypeError unless all are f32, ValueError on an activation that is none
 * @example linear(x, weight, bias, { activation: "relu" }) // the bits of linear(x, weight, bias).relu(), with fewer calls
 */
export function linear<S extends Shape, W extends Shape>(
  x: Tensor<S & HasFeatures<S, SizeAt<W, 1>>>,
  weight: Tensor<W>,
  bias?: Tensor<Shape>,
  options?: LinearOptions,
): Tensor<WithFeatures<S, SizeAt<W, 0>>> {
  type Result = Tensor<WithFeatures<S, SizeAt<W, 0>>>;
  if (options !== undefined) {
    checkOptions<LinearOptions>("linear", options, { activation: oneOf(...ACTIVATION_NAMES) });
    const { activation } = options;
    if (activation !== undefined) return apply(linearActivatedOp, { x, weight, bias }, { activation }).y as Result;
  }
  return apply(linearOp, { x, weight, bias }, undefined) as Result;
}

export const linearOps: { linear: typeof linearOp } = { linear: linearOp };
