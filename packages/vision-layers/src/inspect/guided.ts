import { customGrad } from "@unfoldjs/autograd";
import type { AnyModule } from "@unfoldjs/nn";
import {
  checkOptions,
  type Handler,
  linear,
  relu,
  reluGradient,
  type Shape,
  type Tensor,
  ValueError,
  withHandler,
} from "@unfoldjs/tensor-core";
import { EXPLAIN_CHECKS, explained, type ExplainOptions, gradientOf } from "./explain.ts";

/**
 * The gradient in which a rectifier lets back what is positive, where its input was positive: what turns a neuron up, without what turns
 * it down (Springenberg et al. 2015, "Striving for Simplicity", figure 1). captum's GuidedBackprop, but it knows each
 * `relu` by what is computed, be it a layer, a function or a part of a dense layer; relu6, clamp from 0, too.
 *
 * A picture of what a network looks for, not of why it decides: mostly it stays the same for other classes and weights drawn anew
 * (Adebayo et al. 2018, "Sanity Checks for Saliency Maps").
 *
 * @param x (batch, …), f32 @returns the shape of `x`, with signs
 * @throws ValueError also where the model has no rectifier; others as `saliency`
 */
export function guidedBackprop(model: AnyModule, x: Tensor, options: ExplainOptions = {}): Tensor {
  return rectified("guidedBackprop", model, x, options, (dy, input) => reluGradient(dy.relu(), passed(input)));
}

/**
 * The gradient in which a rectifier lets back what is positive, whatever its input was: what a deconvnet projects down to pixels
 * (Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 2.1). captum's Deconvolution; rectifiers as for
 * `guidedBackprop`.
 * @param x (batch, …), f32 @returns the shape of `x`, with signs
 * @throws as `guidedBackprop`
 */
export function deconvnet(model: AnyModule, x: Tensor, options: ExplainOptions = {}): Tensor {
  return rectified("deconvnet", model, x, options, (dy) => dy.relu());
}

/** What a rectifier was given, and where it stops growing. */
interface Rectified {
  readonly x: Tensor;
  readonly most: number;
}

/** Positive where the rectifier's slope is 1, and 0 elsewhere. */
function passed({ x, most }: Rectified): Tensor {
  const grows = x.relu();
  return most === Infinity ? grows : reluGradient(grows, x.neg().add(most).relu());
}

function rectified(
  op: string,
  model: AnyModule,
  x: Tensor,
  options: ExplainOptions,
  back: (dy: Tensor, input: Rectified) => Tensor,
): Tensor {
  checkOptions(op, options, EXPLAIN_CHECKS);
  return explained(op, model, x, options, ({ scores }) => {
    let met = 0;
    const rectify = (input: Tensor, most = Infinity): Tensor => {
      met++;
      return customGrad((x_) => ({
        value: most === Infinity ? relu(x_) : x_.clamp(0, most),
        pullback: (dy) => [back(dy, { x: x_, most })],
      }))(input);
    };
    const slope = gradientOf(x, () => withHandler(watching(op, rectify), () => scores(x)));
    if (met > 0) return slope;
    const fix = "saliency gives the plain gradient, which this would be";
    throw new ValueError(op, { model: model.constructor.name }, "the model has no rectifier (relu)", fix);
  });
}

/** Has each rectifier computed by `rectify`; what it calls goes to the tape below. */
function watching(name: string, rectify: (x: Tensor, most?: number) => Tensor): Handler {
  return {
    name,
    handle({ op, inputs, attributes }, next) {
      const { x, weight, bias } = inputs as Readonly<Record<string, Tensor | undefined>>;
      if (x === undefined) return next();
      if (op.name === "relu") return { y: rectify(x) };
      if (op.name === "clamp") {
        const { low, high } = attributes as { readonly low: number; readonly high: number };
        return low === 0 && high > 0 ? { y: rectify(x, high) } : next();
      }
      if (op.name === "linearActivated" && weight !== undefined) {
        const { activation } = attributes as { readonly activation: string };
        if (activation === "relu") return { y: rectify(linear<Shape, Shape>(x, weight, bias)) };
      }
      return next();
    },
  };
}
