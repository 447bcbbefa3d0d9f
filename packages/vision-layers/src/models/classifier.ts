import { type AnyModule, type Argument, givenOptions, Linear, type Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  type Generator,
  inCall,
  type OptionChecks,
  scope,
  ShapeError,
  sizeOf,
  type Tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertChannels, assertProbability } from "../layers/arguments.ts";
import { Conv2d } from "../layers/conv2d.ts";

/** What all models have. */
export interface ClassifierOptions {
  /** Default 1000, ImageNet's. */
  readonly classes?: number;
  /** Channels of the pictures. Default 3. */
  readonly inChannels?: number;
  /** The probability of a zero before the last layer, while learning. Default as in torchvision. */
  readonly dropout?: number;
  /** Of the first values, and of what is dropped. */
  readonly generator?: Generator;
}

export const CLASSIFIER_CHECKS: OptionChecks<ClassifierOptions> = {
  classes: (op, name, value) => {
    assertChannels(op, name, value);
    inCall(op, () => sizeOf([value, 4096])); // before the layers below the last one are made
  },
  inChannels: assertChannels,
  dropout: assertProbability,
  generator: assertGenerator,
};

/**
 * What layers that draw while the model learns are given: the generator that was named, and none where there is none. One that was the
 * default while the model was made, as it is made of a file, is not the default later, and `manualSeed` would not reach it.
 */
export function drawingOptions({ generator }: { readonly generator?: Generator }): { readonly generator?: Generator } {
  return generator === undefined ? {} : { generator };
}

/** @throws ShapeError unless x is (batch, channels, height, width) of at least so many rows and columns */
export function assertLeastPictures(model: string, x: Tensor, channels: number, least: number): void {
  assertTensor(model, "x", x);
  const [, own, height = 0, width = 0] = x.shape;
  if (x.rank === 4 && own === channels && height >= least && width >= least) return;
  throw new ShapeError(
    model,
    { x: x.shape },
    `x must be (batch, ${channels}, height, width) with height and width from ${least} up`,
    x.rank === 3 ? "one picture is a batch of one: x.unsqueeze(0)" : "resize or pad the pictures first",
  );
}

/** A part of a model, and the paths of its members: what `stagesOf` asks for. */
export type StagePaths = Readonly<Record<string, readonly string[]>>;

/**
 * A model's options with as many classes as its head has by now. A head that is no linear layer is none that the constructor could
 * make: then files have the weights alone.
 * @param head what stands in the place of the last layer @param usual classes if options say nothing
 */
export function configWith<Options extends { readonly classes?: number; readonly generator?: Generator }>(
  options: Options & { readonly [Name in keyof Options]: Argument | Generator },
  head: AnyModule | undefined,
  usual = 1000,
): readonly Argument[] | undefined {
  if (!(head instanceof Linear) || head.bias === undefined) return undefined;
  const { classes = usual } = options;
  return givenOptions(head.outFeatures === classes ? options : { ...options, classes: head.outFeatures });
}

/** The last of as many layers as a classifier was made of; undefined if others took its place. */
export function lastOf(classifier: AnyModule, count: number): AnyModule | undefined {
  const children = classifier.namedChildren();
  return children.length === count ? children.at(-1)?.[1] : undefined;
}

/** Weights of convolutions and linear layers drawn anew. @param bias "zero" sets biases to 0, "keep" leaves them */
export function redraw(
  model: Module,
  bias: "zero" | "keep",
  draw: (layer: Conv2d | Linear) => Tensor | undefined,
): void {
  for (const [, layer] of model.namedModules()) {
    if (!(layer instanceof Conv2d || layer instanceof Linear)) continue;
    scope(() => {
      const weight = draw(layer);
      if (weight !== undefined) layer.weight.assign(weight);
      if (bias === "zero") layer.bias?.assign(zeros(layer.bias.shape));
    });
  }
}
