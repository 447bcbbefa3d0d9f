import { type AnyModule, defaultGenerator } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertWhole,
  checkOptions,
  fromZero,
  type Generator,
  oneOf,
  type OptionChecks,
  type Shape,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { joined } from "../layers/checks.ts";
import { EXPLAIN_CHECKS, explained, type ExplainOptions } from "./explain.ts";
import { Moments } from "./moments.ts";

/** Options of `saliency`. */
export interface SaliencyOptions extends ExplainOptions {
  /** Whether signs are left away. Default true, as in the paper. */
  readonly absolute?: boolean;
}

const SALIENCY: OptionChecks<SaliencyOptions> = /* @__PURE__ */ joined(EXPLAIN_CHECKS, { absolute: truthValue });

/**
 * How much each element of `x` would change a class's logit: |∂y/∂x| (Simonyan, Vedaldi & Zisserman 2014, "Deep Inside
 * Convolutional Networks", section 3). captum's Saliency.
 *
 * The model is used as after `eval()`, and afterwards as it was; its parameters get no gradients.
 *
 * @param x (batch, …), f32 @returns the shape of `x`
 * @throws ValueError on a model or options that are none, ShapeError, DTypeError, IndexError on a class that there is not
 * @example saliency(model, pictures, { target: 3 })
 */
export function saliency(model: AnyModule, x: Tensor, options: SaliencyOptions = {}): Tensor {
  checkOptions("saliency", options, SALIENCY);
  const { absolute = true } = options;
  return explained("saliency", model, x, options, ({ gradient }) => {
    const slope = gradient(x);
    return absolute ? slope.abs() : slope;
  });
}

/**
 * The gradient times `x` itself: each element's part of the logit, were the model linear (Shrikumar et al. 2016, "Not Just a Black
 * Box"). captum's InputXGradient.
 * @param x (batch, …), f32 @returns the shape of `x` @throws as `saliency`
 */
export function inputXGradient(model: AnyModule, x: Tensor, options: ExplainOptions = {}): Tensor {
  checkOptions("inputXGradient", options, EXPLAIN_CHECKS);
  return explained("inputXGradient", model, x, options, ({ gradient }) => gradient(x).mul<Shape, Shape>(x));
}

/** Options of `smoothGrad`. */
export interface SmoothGradOptions extends ExplainOptions {
  /** Noisy copies of each example. Default 50, the paper's. */
  readonly samples?: number;
  /** The noise's deviation, as a share of the range of each example's elements. Default 0.15, in the middle of the paper's. */
  readonly noise?: number;
  /**
   * What becomes of the gradients: their mean, the mean of their squares (SmoothGrad², Hooker et al. 2019), or their variance
   * (VarGrad, Adebayo et al. 2018). Default "mean".
   */
  readonly variant?: "mean" | "square" | "variance";
  /** Of the noise. Default that of nn, which `manualSeed` starts. */
  readonly generator?: Generator;
}

const SMOOTH: OptionChecks<SmoothGradOptions> = /* @__PURE__ */ joined(EXPLAIN_CHECKS, {
  samples: (op: string, name: string, value: unknown) => assertWhole(op, name, value, 1),
  noise: fromZero,
  variant: /* @__PURE__ */ oneOf("mean", "square", "variance"),
  generator: assertGenerator,
});

/**
 * The mean gradient of noisy copies: what small changes of a picture turn about goes away (Smilkov et al. 2017, "SmoothGrad"). Signed;
 * the class is that of the picture without noise.
 * @param x (batch, …), f32 @returns the shape of `x` @throws as `saliency`
 */
export function smoothGrad(model: AnyModule, x: Tensor, options: SmoothGradOptions = {}): Tensor {
  checkOptions("smoothGrad", options, SMOOTH);
  const { samples = 50, noise = 0.15, variant = "mean", generator = defaultGenerator() } = options;
  return explained("smoothGrad", model, x, options, ({ gradient }) => {
    const flat = x.flatten(1);
    const range = flat.max(1).sub(flat.min(1));
    const deviation = range.mul(noise).reshape([-1, ...Array<number>(x.rank - 1).fill(1)] as Shape);
    const moments = new Moments(x);
    for (let sample = 0; sample < samples; sample++) {
      moments.add(() => gradient(x.add<Shape, Shape>(generator.normal(x.shape).mul<Shape, Shape>(deviation))));
    }
    return moments.take(variant);
  });
}
