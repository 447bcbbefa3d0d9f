import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { FOR_GRADIENT, ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { core } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { gradientMultiplyAdds, normaliseMultiplyAdds } from "./cost.ts";
import { assertAsked, assertRows, assertShapes, rowsOf } from "./operands.ts";
import { assertFromZero, assertRecord } from "../../arguments/checks.ts";

interface LayerNormAttributes {
  readonly epsilon: number;
}

type LayerNormResults = {
  readonly y: typeof PUBLIC;
  /** Of each row. */
  readonly mean: typeof FOR_GRADIENT;
  /** 1 / √(variance + ε) of each row. */
  readonly inverseDeviation: typeof FOR_GRADIENT;
};

const layerNormOp: KernelOp<"layerNorm", ["x", "weight?", "bias?"], LayerNormAttributes, LayerNormResults> = defineOp(
  "layerNorm",
  ["x", "weight?", "bias?"],
  {
    results: { y: PUBLIC, mean: FOR_GRADIENT, inverseDeviation: FOR_GRADIENT },
    shape: ({ x, weight, bias }) => {
      assertRows("layerNorm", x, { weight, bias });
      const rows = x.shape.slice(0, -1);
      return { y: x.shape, mean: rows, inverseDeviation: rows };
    },
    multiplyAdds: ({ x, weight }) => normaliseMultiplyAdds(x, weight),
    run: ({ x, weight, bias }, { y, mean, inverseDeviation }, { epsilon }) => {
      scope(() =>
        core().layer_norm(
          rowsOf(x),
          x.shape.at(-1) ?? 1,
          1,
          epsilon,
          x.contiguous().address,
          weight?.contiguous().address ?? 0,
          bias?.contiguous().address ?? 0,
          y.address,
          mean?.address ?? 0,
          inverseDeviation?.address ?? 0,
        ),
      );
    },
  },
);

/**
 * Layer normalisation (Ba, Kiros & Hinton 2016): y = (x − mean) / √(variance + ε) · weight + bias, with mean and (biased)
 * variance of each row of the last axis.
 *
 * Results are right for any x whose row's deviation f32 can turn round: with an ε of 0 it must be above 3 · 10⁻³⁹. Gradients are, while the
 * sum of |dy · weight · x| over a row stays below 3 · 10³⁸.
 *
 * @param x (…, size), f32 @param weight (size) @param bias (size)
 * @param epsilon added to the variance. Default 1e-5, as PyTorch's
 * @returns the shape of `x`
 * @throws ShapeError if sizes differ or x is a scalar, ValueError on a negative ε, DTypeError unless all are f32
 */
export function layerNorm<S extends Shape>(
  x: Tensor<S>,
  weight?: Tensor<Shape>,
  bias?: Tensor<Shape>,
  epsilon = 1e-5,
): Tensor<S> {
  assertFromZero("layerNorm", "epsilon", epsilon);
  return apply(layerNormOp, { x, weight, bias }, { epsilon }).y as Tensor<S>;
}

type LayerNormGradientResults = {
  readonly x: typeof ON_REQUEST;
  readonly weight: typeof ON_REQUEST;
  readonly bias: typeof ON_REQUEST;
};

const layerNormGradientOp: KernelOp<
  "layerNormGradient",
  ["dy", "x", "mean", "inverseDeviation", "weight?"],
  void,
  LayerNormGradientResults
> = defineOp("layerNormGradient", ["dy", "x", "mean", "inverseDeviation", "weight?"], {
  results: { x: ON_REQUEST, weight: ON_REQUEST, bias: ON_REQUEST },
  shape: ({ dy, x, mean, inverseDeviation, weight }) => {
    const op = "layerNormGradient";
    assertRows(op, x, { weight });
    const rows = x.shape.slice(0, -1);
    assertShapes(op, x, { dy: [dy, x.shape], mean: [mean, rows], inverseDeviation: [inverseDeviation, rows] });
    const size = [x.shape.at(-1) ?? 1];
    return { x: x.shape, weight: size, bias: size };
  },
  multiplyAdds: ({ x }, out) => gradientMultiplyAdds(x, out),
  run: ({ dy, x, mean, inverseDeviation, weight }, out) => {
    scope(() => {
      const status = core().layer_norm_gradient(
        rowsOf(x),
        x.shape.at(-1) ?? 1,
        dy.contiguous().address,
        x.contiguous().address,
        mean.contiguous().address,
        inverseDeviation.contiguous().address,
        weight?.contiguous().address ?? 0,
        out.x?.address ?? 0,
        out.weight?.address ?? 0,
        out.bias?.address ?? 0,
      );
      check("layerNormGradient", status);
    });
  },
});

/**
 * The gradients of a layer normalisation in one call: of x, weight and bias, as far as they are asked for.
 * @param dy the shape of x @param mean (…rows) @param inverseDeviation (…rows), both as the forward had them
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32
 */
export function layerNormGradient<const Asked extends "x" | "weight" | "bias">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  x: Tensor<Shape>,
  statistics: { readonly mean: Tensor<Shape>; readonly inverseDeviation: Tensor<Shape> },
  weight: Tensor<Shape> | undefined,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertAsked("layerNormGradient", asked);
  assertRecord("layerNormGradient", "statistics", statistics);
  return apply(
    layerNormGradientOp,
    { dy, x, mean: statistics.mean, inverseDeviation: statistics.inverseDeviation, weight },
    undefined,
    asked,
  ) as {
    readonly [Name in Asked]: Tensor<Shape>;
  };
}

export const layerNormOps: { layerNorm: typeof layerNormOp; layerNormGradient: typeof layerNormGradientOp } = {
  layerNorm: layerNormOp,
  layerNormGradient: layerNormGradientOp,
};
