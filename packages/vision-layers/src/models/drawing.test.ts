import { decodeModel, encodeModel, manualSeed, type Module } from "@unfoldjs/nn";
import { Generator, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { DenseLayer } from "../blocks/dense-block.ts";
import { layers } from "../layers.ts";
import { AlexNet } from "./alexnet.ts";
import { GoogLeNet } from "./googlenet.ts";
import { InceptionV3 } from "./inception-v3.ts";
import { MobileNetV2 } from "./mobilenet-v2.ts";
import { ResNet } from "./resnet.ts";
import { VGG } from "./vgg.ts";
import { VisionTransformer } from "./vision-transformer.ts";

type Model = Module & { forward(x: Tensor): Tensor };

const small = { imageSize: 32, patchSize: 16, numLayers: 2, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3 };
const given = { dropout: 0.5, attentionDropout: 0.5, dropPath: 0.5 };
const rows: [string, size: number, make: (options: { generator?: Generator }) => Model][] = [
  ["AlexNet", 63, (options) => new AlexNet({ hiddenFeatures: 8, classes: 3, ...options })],
  ["VGG", 32, (options) => new VGG(11, { hiddenFeatures: 8, classes: 3, ...options })],
  ["GoogLeNet", 32, (options) => new GoogLeNet({ classes: 3, ...options })],
  ["InceptionV3", 75, (options) => new InceptionV3({ classes: 3, auxLogits: false, ...options })],
  ["MobileNetV2", 32, (options) => new MobileNetV2({ widthMultiplier: 0.1, classes: 3, ...options })],
  ["ResNet", 32, (options) => new ResNet(18, { width: 2, classes: 3, dropPath: 0.5, ...options })],
  ["VisionTransformer", 32, (options) => new VisionTransformer({ ...small, ...given, ...options })],
  ["DenseLayer", 8, (options) => new DenseLayer(3, 2, { dropRate: 0.5, ...options })],
];

/** The head of a vision transformer starts as zeros, which would hide what was dropped. */
function awake(model: Model): Model {
  if (model instanceof VisionTransformer) model.heads.head.weight.assign(new Generator(3).normal([3, 8]));
  return model.train();
}

test.each(rows)("%s, read from a file, drops out what the seed says, as the one that was written", (_, size, make) => {
  const model = awake(make({}));
  const read = awake(decodeModel(encodeModel(model, { layers }), { layers }) as Model);
  const x = new Generator(1).uniform([2, 3, size, size]);
  const drawn = (one: Model, seed: number): number[] => {
    manualSeed(seed);
    return [...one.forward(x).data()];
  };
  const first = drawn(model, 5);
  expect(drawn(read, 5)).toEqual(first);
  expect(drawn(read, 6)).not.toEqual(first);
});

test.each(rows)("%s draws from a generator of its own, if it has one", (_, __, make) => {
  const generator = new Generator(1);
  const found = new Set(
    make({ generator })
      .namedGenerators()
      .map(([, each]) => each),
  );
  expect([...found]).toEqual([generator]);
});
