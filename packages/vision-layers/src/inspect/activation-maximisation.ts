import { differentiate } from "@unfoldjs/autograd";
import { type AnyModule, defaultGenerator, inUse, isModule } from "@unfoldjs/nn";
import {
  assertFunction,
  assertGenerator,
  assertShape,
  assertWhole,
  checkedLater,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  fromZero,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { overPlanes } from "../filters/over-planes.ts";
import { gaussianKernel } from "../filters/smoothing-kernels.ts";
import { type LayerName, layerOf, resultsOf } from "./layers-of.ts";

/** Options of `maximiseActivation`. */
export interface MaximiseOptions {
  /** (channels, height, width) of the picture. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Whose channel is excited. Default the model's own result, whose channels are classes. */
  readonly layer?: LayerName;
  /** Of the layer: its mean over rows and columns is made large. Default 0. */
  readonly channel?: number;
  /** Default 100. */
  readonly steps?: number;
  /** How far a step goes, in the units of the picture: the root mean square of what is added. Default 0.05. */
  readonly rate?: number;
  /** What the picture loses of itself in each step. Default 0.01. */
  readonly decay?: number;
  /** σ of the blur, in pixels; 0 is none. Default 0.5. */
  readonly blur?: number;
  /** Steps from one blur to the next. Default 4. */
  readonly blurEvery?: number;
  /** Deviation of the noise that it begins with. Default 0.1. */
  readonly noise?: number;
  /** Of the noise. Default that of nn, which `manualSeed` starts. */
  readonly generator?: Generator;
  /** Called after each step, with its number and the activation before it; false stops. */
  readonly onStep?: (step: number, activation: number) => unknown;
}

const fromOne = (op: string, name: string, value: unknown): void => assertWhole(op, name, value, 1);

const CHECKS: OptionChecks<MaximiseOptions> = {
  shape: assertShape,
  layer: checkedLater,
  channel: (op, name, value) => assertWhole(op, name, value),
  steps: (op, name, value) => assertWhole(op, name, value),
  rate: fromZero,
  decay: fromZero,
  blur: fromZero,
  blurEvery: fromOne,
  noise: fromZero,
  generator: assertGenerator,
  onStep: assertFunction,
};

/**
 * A picture that excites a channel, or a class, as much as it can: gradient ascent from noise, each step as long as the others,
 * held back by decay and blur, without which only high frequencies grow (Erhan et al. 2009, "Visualizing Higher-Layer Features"; the
 * regularisers of Yosinski et al. 2015, "Understanding Neural Networks Through Deep Visualization", section 3).
 *
 * The same generator gives the same picture. Its numbers are what the model wants to be given; `pictureOf` brings them into a range.
 *
 * @returns (1, channels, height, width)
 * @throws ValueError on a layer that there is not, or whose result is not one tensor, ShapeError on a channel that there is not
 * @example maximiseActivation(model, { shape: [3, 64, 64], layer: "features.10", channel: 5, generator: new Generator(1) })
 */
export function maximiseActivation(model: AnyModule, options: MaximiseOptions): Tensor {
  const op = "maximiseActivation";
  if (!isModule(model)) throw wrongArgument(op, "model", model, "a module");
  checkOptions(op, options, CHECKS);
  const { shape, layer, channel = 0, steps = 100, rate = 0.05, decay = 0.01, blur = 0.5, blurEvery = 4 } = options;
  const { noise = 0.1, generator = defaultGenerator(), onStep } = options;
  assertPicture(op, shape);
  const chosen = layer === undefined ? model : layerOf(op, model, layer);
  return inUse(model, () =>
    scope(() => {
      let picture = inCall(op, () => generator.normal([1, ...shape] as Shape).mul(noise));
      for (let step = 1; step <= steps; step++) {
        const before = picture;
        const activation = { value: 0 };
        picture = scope(() => {
          const { value, gradients } = differentiate(() => excitation(op, model, chosen, before, channel), [before]);
          activation.value = value.item();
          const [slope] = gradients;
          if (slope === undefined) throw constant(op);
          const size = Math.sqrt(slope.square().mean().item());
          const stepped = size > 0 ? before.add<Shape, Shape>(slope.mul(rate / size)) : before;
          const held = stepped.mul(1 - Math.min(1, decay));
          return blur > 0 && step % blurEvery === 0 ? blurred(held, blur) : held;
        });
        before.dispose();
        if (onStep?.(step, activation.value) === false) break;
      }
      return picture;
    }),
  );
}

/** The mean of a channel of what a layer gives for `x`. */
function excitation(op: string, model: AnyModule, layer: AnyModule, x: Tensor, channel: number): Tensor<[]> {
  const forward = model.forward as (x: Tensor) => unknown;
  const [output] = resultsOf(op, [layer], () => scope(() => void forward.call(model, x))) as readonly [Tensor];
  const channels = output.shape[1] ?? 0;
  if (channel >= channels) {
    const rule = `the layer has ${channels} channels, counted from 0`;
    throw new ShapeError(op, { channel, layer: output.shape }, rule);
  }
  return output.slice(1, channel, channel + 1).mean();
}

/** Each channel smoothed by itself. */
function blurred(picture: Tensor, sigma: number): Tensor {
  const size = 2 * Math.ceil(3 * sigma) + 1;
  const kernel = inCall("maximiseActivation", () => gaussianKernel(sigma, { size })).unsqueeze(0);
  return overPlanes("maximiseActivation", picture, kernel, {}).reshape(picture.shape);
}

function assertPicture(op: string, shape: unknown): void {
  if (Array.isArray(shape) && shape.length === 3 && !shape.includes(0)) return;
  throw new ShapeError(op, { shape: shape as Shape }, "shape must be (channels, height, width), none of them 0");
}

function constant(op: string): ValueError {
  return new ValueError(op, {}, "the layer does not depend on the picture", "choose one that the picture goes through");
}
