import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { gradientMultiplyAdds, normaliseMultiplyAdds } from "./cost.ts";
import { assertChannels, assertElements, channelsOf, planesOf } from "./channels.ts";
import { assertAsked, assertShapes } from "./operands.ts";
import { assertBoolean, assertFromZero, assertRecord } from "../../arguments/checks.ts";

interface BatchNormAttributes {
  readonly epsilon: number;
}

type BatchNormResults = {
  readonly y: typeof PUBLIC;
  /** Of each channel. */
  readonly mean: typeof PUBLIC;
  /** Of each channel, biased. */
  readonly variance: typeof PUBLIC;
};

const batchNormOp: KernelOp<"batchNorm", ["x", "weight?", "bias?"], BatchNormAttributes, BatchNormResults> = defineOp(
  "batchNorm",
  ["x", "weight?", "bias?"],
  {
    results: { y: PUBLIC, mean: PUBLIC, variance: PUBLIC },
    shape: ({ x, weight, bias }) => {
      assertChannels("batchNorm", x, { weight, bias });
      assertElements("batchNorm", x);
      const channels = channelsOf(x);
      return { y: x.shape, mean: channels, variance: channels };
    },
    multiplyAdds: ({ x, weight }) => normaliseMultiplyAdds(x, weight),
    run: ({ x, weight, bias }, { y, mean, variance }, { epsilon }) => {
      scope(() => {
        const status = core().batch_norm(
          ...planesOf(x),
          epsilon,
          x.contiguous().address,
          weight?.contiguous().address ?? 0,
          bias?.contiguous().address ?? 0,
          y.address,
          mean.address,
          variance.address,
        );
        check("batchNorm", status);
      });
    },
  },
);

/**
 * Batch normalisation with the statistics of the batch (Ioffe & Szegedy 2015): y = (x − mean) / √(variance + ε) · weight +
 * bias, with mean and (biased) variance of each channel over the batch and all places. The statistics come with it, for
 * running averages.
 *
 * @param x (batch, channels, …), f32 @param weight (channels) @param bias (channels)
 * @param epsilon added to the variance. Default 1e-5, as PyTorch's
 * @returns `y` in the shape of `x`, `mean` and `variance` (channels)
 * @throws ShapeError if x has no axis of channels, or no elements for them, or sizes differ; ValueError on a negative ε; DTypeError unless all are f32
 */
export function batchNorm<S extends Shape>(
  x: Tensor<S>,
  weight?: Tensor<Shape>,
  bias?: Tensor<Shape>,
  epsilon = 1e-5,
): { readonly y: Tensor<S>; readonly mean: Tensor<[number]>; readonly variance: Tensor<[number]> } {
  assertFromZero("batchNorm", "epsilon", epsilon);
  return apply(batchNormOp, { x, weight, bias }, { epsilon }) as ReturnType<typeof batchNorm<S>>;
}

type BatchNormGradientResults = {
  readonly x: typeof ON_REQUEST;
  readonly weight: typeof ON_REQUEST;
  readonly bias: typeof ON_REQUEST;
};

interface BatchNormGradientAttributes extends BatchNormAttributes {
  /** Whether the statistics are constants. */
  readonly given: boolean;
}

const batchNormGradientOp: KernelOp<
  "batchNormGradient",
  ["dy", "x", "mean", "variance", "weight?"],
  BatchNormGradientAttributes,
  BatchNormGradientResults
> = defineOp("batchNormGradient", ["dy", "x", "mean", "variance", "weight?"], {
  results: { x: ON_REQUEST, weight: ON_REQUEST, bias: ON_REQUEST },
  shape: ({ dy, x, mean, variance, weight }, { given }) => {
    const op = "batchNormGradient";
    assertChannels(op, x, { mean, variance, weight });
    if (!given) assertElements(op, x);
    assertShapes(op, x, { dy: [dy, x.shape] });
    return { x: x.shape, weight: channelsOf(x), bias: channelsOf(x) };
  },
  multiplyAdds: ({ x }, out) => gradientMultiplyAdds(x, out),
  run: ({ dy, x, mean, variance, weight }, out, { epsilon, given }) => {
    scope(() => {
      const status = core().batch_norm_gradient(
        ...planesOf(x),
        given ? 1 : 0,
        epsilon,
        dy.contiguous().address,
        x.contiguous().address,
        mean.contiguous().address,
        variance.contiguous().address,
        weight?.contiguous().address ?? 0,
        out.x?.address ?? 0,
        out.weight?.address ?? 0,
        out.bias?.address ?? 0,
      );
      check("batchNormGradient", status);
    });
  },
});

/**
 * The gradients of a batch normalisation in one call, through the statistics too: of x, weight and bias, as far as they are
 * asked for.
 * @param dy the shape of x @param statistics mean and variance (channels), as the forward gave them
 * @param epsilon as the forward had it
 * @param given true for those of `batchNormApply`, to which the statistics are constants. Default false
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32
 */
export function batchNormGradient<const Asked extends "x" | "weight" | "bias">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  x: Tensor<Shape>,
  statistics: { readonly mean: Tensor<Shape>; readonly variance: Tensor<Shape> },
  weight: Tensor<Shape> | undefined,
  epsilon = 1e-5,
  given = false,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertAsked("batchNormGradient", asked);
  assertRecord("batchNormGradient", "statistics", statistics);
  assertFromZero("batchNormGradient", "epsilon", epsilon);
  assertBoolean("batchNormGradient", "given", given);
  return apply(
    batchNormGradientOp,
    { dy, x, mean: statistics.mean, variance: statistics.variance, weight },
    { epsilon, given },
    asked,
  ) as {
    readonly [Name in Asked]: Tensor<Shape>;
  };
}

export const batchNormOps: { batchNorm: typeof batchNormOp; batchNormGradient: typeof batchNormGradientOp } = {
  batchNorm: batchNormOp,
  batchNormGradient: batchNormGradientOp,
};
