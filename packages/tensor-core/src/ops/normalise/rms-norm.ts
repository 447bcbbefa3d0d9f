import { assertFromZero, assertRecord } from "../../arguments/checks.ts";
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

/** The distance from 1 to the next f32, which PyTorch adds where nothing is said. */
const EPSILON = 2 ** -23;

type RmsNormResults = {
  readonly y: typeof PUBLIC;
  /** 1 / √(mean x² + ε) of each row. */
  readonly inverseRoot: typeof FOR_GRADIENT;
};

const rmsNormOp: KernelOp<"rmsNorm", ["x", "weight?"], { readonly epsilon: number }, RmsNormResults> = defineOp(
  "rmsNorm",
  ["x", "weight?"],
  {
    results: { y: PUBLIC, inverseRoot: FOR_GRADIENT },
    shape: ({ x, weight }) => {
      assertRows("rmsNorm", x, { weight });
      return { y: x.shape, inverseRoot: x.shape.slice(0, -1) };
    },
    multiplyAdds: ({ x, weight }) => normaliseMultiplyAdds(x, weight),
    run: ({ x, weight }, { y, inverseRoot }, { epsilon }) => {
      scope(() =>
        core().layer_norm(
          rowsOf(x),
          x.shape.at(-1) ?? 1,
          0,
          epsilon,
          x.contiguous().address,
          weight?.contiguous().address ?? 0,
          0,
          y.address,
          0,
          inverseRoot?.address ?? 0,
        ),
      );
    },
  },
);

/**
 * Root mean square normalisation (Zhang & Sennrich 2019): y = x / √(mean x² + ε) · weight, with the mean over each row of the
 * last axis.
 *
 * Results are right for any x whose row's root mean square f32 can turn round: with an ε of 0 it must be above 3 · 10⁻³⁹. Gradients are, while the
 * sum of |dy · weight · x| over a row stays below 3 · 10³⁸.
 *
 * @param x (…, size), f32 @param weight (size)
 * @param epsilon added to the mean of squares. Default 2⁻²³, the distance from 1 to the next f32, as PyTorch's
 * @returns the shape of `x`
 * @throws ShapeError if sizes differ or x is a scalar, ValueError on a negative ε, DTypeError unless all are f32
 */
export function rmsNorm<S extends Shape>(x: Tensor<S>, weight?: Tensor<Shape>, epsilon: number = EPSILON): Tensor<S> {
  assertFromZero("rmsNorm", "epsilon", epsilon);
  return apply(rmsNormOp, { x, weight }, { epsilon }).y as Tensor<S>;
}

type RmsNormGradientResults = { readonly x: typeof ON_REQUEST; readonly weight: typeof ON_REQUEST };

const rmsNormGradientOp: KernelOp<
  "rmsNormGradient",
  ["dy", "x", "inverseRoot", "weight?"],
  void,
  RmsNormGradientResults
> = defineOp("rmsNormGradient", ["dy", "x", "inverseRoot", "weight?"], {
  results: { x: ON_REQUEST, weight: ON_REQUEST },
  shape: ({ dy, x, inverseRoot, weight }) => {
    assertRows("rmsNormGradient", x, { weight });
    assertShapes("rmsNormGradient", x, { dy: [dy, x.shape], inverseRoot: [inverseRoot, x.shape.slice(0, -1)] });
    return { x: x.shape, weight: [x.shape.at(-1) ?? 1] };
  },
  multiplyAdds: ({ x }, out) => gradientMultiplyAdds(x, out),
  run: ({ dy, x, inverseRoot, weight }, out) => {
    scope(() => {
      const status = core().layer_norm_gradient(
        rowsOf(x),
        x.shape.at(-1) ?? 1,
        dy.contiguous().address,
        x.contiguous().address,
        0,
        inverseRoot.contiguous().address,
        weight?.contiguous().address ?? 0,
        out.x?.address ?? 0,
        out.weight?.address ?? 0,
        0,
      );
      check("rmsNormGradient", status);
    });
  },
});

/**
 * The gradients of a root mean square normalisation in one call: of x and weight, as far as they are asked for.
 * @param dy the shape of x @param statistics inverseRoot (…rows), 1 / √(mean x² + ε)
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32
 */
export function rmsNormGradient<const Asked extends "x" | "weight">(
  asked: readonly Asked[],
  dy: Tensor<Shape>,
  x: Tensor<Shape>,
  statistics: { readonly inverseRoot: Tensor<Shape> },
  weight: Tensor<Shape> | undefined,
): { readonly [Name in Asked]: Tensor<Shape> } {
  assertAsked("rmsNormGradient", asked, ["x", "weight"]);
  assertRecord("rmsNormGradient", "statistics", statistics);
  const { inverseRoot } = statistics;
  return apply(rmsNormGradientOp, { dy, x, inverseRoot, weight }, undefined, asked) as {
    readonly [Name in Asked]: Tensor<Shape>;
  };
}

export const rmsNormOps: { rmsNorm: typeof rmsNormOp; rmsNormGradient: typeof rmsNormGradientOp } = {
  rmsNorm: rmsNormOp,
  rmsNormGradient: rmsNormGradientOp,
};
