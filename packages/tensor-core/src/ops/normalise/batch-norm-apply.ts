import { assertFromZero, assertRecord } from "../../arguments/checks.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { check } from "../../dispatch/status.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertChannels, planesOf } from "./channels.ts";

type BatchNormApplyOp = KernelOp<
  "batchNormApply",
  ["x", "mean", "variance", "weight?", "bias?"],
  { readonly epsilon: number }
>;

const batchNormApplyOp: BatchNormApplyOp = defineOp("batchNormApply", ["x", "mean", "variance", "weight?", "bias?"], {
  shape: ({ x, mean, variance, weight, bias }) => {
    assertChannels("batchNormApply", x, { mean, variance, weight, bias });
    return x.shape;
  },
  multiplyAdds: ({ x }) => x.size,
  run: ({ x, mean, variance, weight, bias }, y, { epsilon }) => {
    scope(() => {
      const status = core().batch_norm_apply(
        ...planesOf(x),
        epsilon,
        x.contiguous().address,
        mean.contiguous().address,
        variance.contiguous().address,
        weight?.contiguous().address ?? 0,
        bias?.contiguous().address ?? 0,
        y.address,
      );
      check("batchNormApply", status);
    });
  },
});

/**
 * Batch normalisation with statistics that are given, such as running ones: y = (x − mean) / √(variance + ε) · weight + bias,
 * each channel by its own. An empty batch gives one.
 *
 * @param x (batch, channels, …), f32 @param statistics mean and variance (channels)
 * @param weight (channels) @param bias (channels)
 * @param epsilon added to the variance. Default 1e-5, as PyTorch's
 * @returns the shape of `x`
 * @throws ShapeError if x has no axis of channels, or sizes differ; ValueError on a negative ε; DTypeError unless all are f32
 */
export function batchNormApply<S extends Shape>(
  x: Tensor<S>,
  statistics: { readonly mean: Tensor<Shape>; readonly variance: Tensor<Shape> },
  weight?: Tensor<Shape>,
  bias?: Tensor<Shape>,
  epsilon = 1e-5,
): Tensor<S> {
  assertRecord("batchNormApply", "statistics", statistics);
  assertFromZero("batchNormApply", "epsilon", epsilon);
  const { mean, variance } = statistics;
  return apply(batchNormApplyOp, { x, mean, variance, weight, bias }, { epsilon }) as Tensor<S>;
}

export const batchNormApplyOps: { batchNormApply: BatchNormApplyOp } = { batchNormApply: batchNormApplyOp };
