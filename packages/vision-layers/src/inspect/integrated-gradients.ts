import type { AnyModule } from "@unfoldjs/nn";
import {
  assertTensor,
  assertWhole,
  checkOptions,
  concat,
  full,
  inCall,
  isTensor,
  oneOf,
  type OptionChecks,
  type Shape,
  ShapeError,
  type Tensor,
  wrongArgument,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { joined } from "../layers/checks.ts";
import { EXPLAIN_CHECKS, explained, type ExplainOptions } from "./explain.ts";
import { inChunks } from "./chunks.ts";
import { quadrature, type QuadratureMethod } from "./quadrature.ts";

/** Options of `integratedGradients`. */
export interface IntegratedGradientsOptions extends ExplainOptions {
  /** What stands for "nothing there": a number, or a tensor that broadcasts to `x`. Default 0. */
  readonly baseline?: number | Tensor;
  /** Places on the way from the baseline to `x`. Default 50. */
  readonly steps?: number;
  /** How they become an integral. Default "gaussLegendre". */
  readonly method?: QuadratureMethod;
  /** Examples that go through the model at once, places on their way counted each. Default 16. */
  readonly batchSize?: number;
}

const fromOne = (op: string, name: string, value: unknown): void => assertWhole(op, name, value, 1);

const CHECKS: OptionChecks<IntegratedGradientsOptions> = /* @__PURE__ */ joined(EXPLAIN_CHECKS, {
  baseline: aBaseline,
  steps: (op: string, name: string, value: unknown) => assertSteps(op, name, value),
  method: /* @__PURE__ */ oneOf("gaussLegendre", "left", "middle", "right", "trapezoid"),
  batchSize: fromOne,
});

/**
 * (x − baseline) · ∫ ∂y/∂x along the straight way from the baseline to x (Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for
 * Deep Networks", eq. 1). Complete: the result adds up to the difference of y at x and at the baseline, as near as the
 * sum comes to the integral. captum's IntegratedGradients, with its default of Gauss and Legendre's places.
 *
 * @param x (batch, …), f32 @returns the shape of `x`, with signs
 * @throws ValueError on a model or options that are none, ShapeError, DTypeError, IndexError on a class that there is not
 * @example integratedGradients(model, pictures, { target: labels, steps: 20 })
 */
export function integratedGradients(model: AnyModule, x: Tensor, options: IntegratedGradientsOptions = {}): Tensor {
  checkOptions("integratedGradients", options, CHECKS);
  const { baseline = 0, steps = 50, method = "gaussLegendre", batchSize = 16 } = options;
  return explained("integratedGradients", model, x, options, ({ gradient }) => {
    const from = baselineFor("integratedGradients", baseline, x);
    const way = x.sub<Shape, Shape>(from);
    const { places, weights } = quadrature(method, steps);
    const [batch = 1] = x.shape;
    const atOnce = Math.max(1, Math.floor(batchSize / batch));
    const total = inChunks(steps, atOnce, zerosLike(x), (first, last, sum) => {
      const inputs = places.slice(first, last).map((place) => from.add<Shape, Shape>(way.mul(place)));
      const slopes = gradient(concat(inputs, 0)).split(batch, 0);
      return slopes.reduce<Tensor>((all, slope, at) => all.add<Shape, Shape>(slope.mul(weights[first + at] ?? 0)), sum);
    });
    return total.mul<Shape, Shape>(way);
  });
}

/** @throws ValueError unless it is a number or a tensor */
export function aBaseline(op: string, name: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (isTensor(value)) assertTensor(op, name, value);
  else throw wrongArgument(op, name, value, "a number or a tensor");
}

/** What stands for "nothing there", in the shape of `x`. @throws ShapeError unless it broadcasts to it */
export function baselineFor(op: string, baseline: number | Tensor, x: Tensor): Tensor {
  if (typeof baseline === "number") return full(x.shape, baseline);
  return inCall(op, () => {
    const spread = baseline.add<Shape, Shape>(zerosLike(x));
    if (spread.shape.join() === x.shape.join()) return spread;
    throw new ShapeError(op, { baseline: baseline.shape, x: x.shape }, "the baseline must broadcast to x");
  });
}

function assertSteps(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
  if (value > MOST_STEPS) throw wrongArgument(op, name, value, `a whole number from 1 to ${MOST_STEPS}`);
}

/** Roots are found one by one, by polynomials of as many terms. */
const MOST_STEPS = 4096;
