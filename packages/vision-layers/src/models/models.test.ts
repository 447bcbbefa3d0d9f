import { readFileSync } from "node:fs";
import { Adam, backward, crossEntropy, decodeModel, encodeModel, type Layer } from "@unfoldjs/nn";
import { Generator, memory, scope, ShapeError, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import { AlexNet } from "./alexnet.ts";
import { GoogLeNet } from "./googlenet.ts";
import { InceptionV3 } from "./inception-v3.ts";
import { MobileNetV2 } from "./mobilenet-v2.ts";
import fixtures from "./model-fixtures.json" with { type: "json" };
import { ResNet } from "./resnet.ts";
import { VGG } from "./vgg.ts";
import { VisionTransformer } from "./vision-transformer.ts";

const built = (name: string, given: readonly unknown[]): Layer => Reflect.construct(layers[name] as never, given);

/** By a title such as `VGG 16 {"batchNorm": true}`. */
function modelOf(title: string): Layer {
  const [, name = "", depth, options = ""] = /^(\w+) (?:(\d+) )?(.*)$/.exec(title) ?? [];
  return built(name, [...(depth === undefined ? [] : [Number(depth)]), JSON.parse(options)]);
}

/** Of each model its key lists, as `<key of a layer> <name>=<shape> …`. */
const keys = readFileSync(new URL("model-keys.txt", import.meta.url), "utf8")
  .trim()
  .split(/^# /m)
  .slice(1)
  .map((text) => text.trim().split("\n"))
  .map(([title = "", ...rows]) => [title, rows] as const);

describe(`models with the keys and shapes of torchvision ${fixtures.torchvision}`, () => {
  test.each(keys)("%s", (title, rows) => {
    const model = modelOf(title);
    const wanted = rows.flatMap((row) => {
      const [prefix = "", ...parts] = row.split(" ");
      return parts.map((part) => (prefix === "-" ? part : `${prefix}.${part}`));
    });
    const own = Object.entries(model.stateDict()).map(([key, { shape }]) => `${key}=${shape.join("x")}`);
    model.dispose();
    expect(own.toSorted()).toEqual(wanted.toSorted());
  });
});

describe("models with torchvision's results, by weights that both draw from the keys", () => {
  const named = fixtures.rows.map(
    (row) => [`${row.model}(${JSON.stringify(row.arguments).slice(1, -1)})`, row] as const,
  );
  test.each(named)("%s", (_, { model: name, arguments: given, shape, logits, losses }) => {
    const model = fill(built(name, given)).eval();
    const x = drawn("input", shape);
    const got = model.forward(x);
    expect(distance(sampled(got, 14), logits)).toBeLessThan(1e-4);
    // Where there is a loss of the model's own.
    const learned = losses === undefined ? [] : learningLosses(model as GoogLeNet, x);
    expect(distance(learned, losses ?? [])).toBeLessThan(1e-4);
    model.dispose();
  });

  /** The weighed loss, and those of each classifier: without dropout. */
  function learningLosses(model: GoogLeNet, x: Tensor): number[] {
    const [options] = model.config() as [object];
    const learner = new GoogLeNet({ ...options, dropout: 0, dropoutAux: 0 });
    learner.loadStateDict(model.stateDict());
    const labels = tensor([0, 1], "i32");
    const { logits, auxLogits2, auxLogits1 } = learner.allLogits(x);
    const each = [logits, auxLogits2, auxLogits1].map((of) => (crossEntropy(of as Tensor, labels) as Tensor).item());
    return [learner.loss(x, labels).item(), ...each];
  }
});

describe("models learn a few pictures by heart, and leave nothing behind on the way", () => {
  const generator = new Generator(7);
  const rows: [string, () => Layer, size: number, learningRate: number][] = [
    ["AlexNet", () => new AlexNet({ classes: 3, hiddenFeatures: 32, dropout: 0, generator }), 63, 5e-4],
    ["VGG", () => new VGG(11, { classes: 3, hiddenFeatures: 16, dropout: 0, batchNorm: true, generator }), 32, 1e-3],
    ["GoogLeNet", () => new GoogLeNet({ classes: 3, dropout: 0, dropoutAux: 0, generator }), 32, 1e-3],
    ["InceptionV3", () => new InceptionV3({ classes: 3, dropout: 0, auxLogits: false, generator }), 75, 1e-3],
    ["ResNet", () => new ResNet(18, { classes: 3, width: 16, generator }), 32, 2e-3],
    [
      "ResNet, bottlenecks",
      () => new ResNet(50, { classes: 3, width: 8, zeroInitResidual: true, generator }),
      32,
      3e-3,
    ],
    ["MobileNetV2", () => new MobileNetV2({ classes: 3, dropout: 0, widthMultiplier: 0.35, generator }), 32, 5e-3],
    [
      "VisionTransformer",
      () =>
        new VisionTransformer({
          classes: 3,
          imageSize: 16,
          patchSize: 4,
          numLayers: 2,
          numHeads: 2,
          hiddenDim: 32,
          mlpDim: 64,
          generator,
        }),
      16,
      3e-3,
    ],
  ];
  test.each(rows)("%s", (_, make, size, learningRate) => {
    const model = make();
    const optimizer = new Adam(model.parameters(), { learningRate });
    const [pictures, labels] = [generator.normal([3, 3, size, size]), tensor([0, 1, 2], "i32")];
    const lossOf = (): Tensor<[]> =>
      model instanceof GoogLeNet ? model.loss(pictures, labels) : crossEntropy<"mean">(model.forward(pictures), labels);
    const step = (): number => {
      const loss = backward(model, lossOf);
      optimizer.step();
      return loss;
    };
    const first = step();
    step();
    const early = memory();
    let loss = first;
    for (let i = 0; i < 60 && !(loss < first / 3); i++) loss = step();
    expect(loss).toBeLessThan(first / 3);
    expect(memory().tensors).toBe(early.tensors);
    model.dispose();
  });
});

test("a model is built again from its file", () => {
  for (const model of [
    new ResNet(18, { classes: 2, width: 4 }),
    new VGG(11, { classes: 2, hiddenFeatures: 2 }),
    new VisionTransformer({
      classes: 2,
      imageSize: 8,
      patchSize: 4,
      numLayers: 1,
      numHeads: 1,
      hiddenDim: 4,
      mlpDim: 4,
    }),
  ]) {
    const x = drawn("x", [1, 3, ...(model instanceof VisionTransformer ? [8, 8] : [32, 32])]);
    const again = decodeModel(encodeModel(model.eval(), { layers }), { layers }) as Layer;
    expect(again.eval().forward(x).toArray()).toEqual((model as Layer).forward(x).toArray());
  }
});

test("GoogLeNet and Inception v3 leave their classifiers on the way out in use, and without auxLogits", () => {
  const x = zeros([2, 3, 32, 32]);
  const model = new GoogLeNet({ classes: 2, auxLogits: false });
  scope(() => expect(model.allLogits(x).auxLogits1).toBeUndefined());
  const whole = new GoogLeNet({ classes: 2 }).eval();
  const labels = tensor([0, 1], "i32");
  scope(() =>
    expect(whole.loss(x, labels).item()).toBeCloseTo((crossEntropy(whole.forward(x), labels) as Tensor).item(), 6),
  );
});

test("GoogLeNet is at 224 × 224 what the paper's table says", () => {
  const { rows } = new GoogLeNet({ auxLogits: false }).summary([1, 3, 224, 224]);
  const sizes = ["maxpool2", "inception3a", "inception3b", "inception4e", "inception5b"].map(
    (path) => rows.find((row) => row.path === path)?.outputShape,
  );
  expect(sizes).toEqual([
    [1, 192, 28, 28],
    [1, 256, 28, 28],
    [1, 480, 28, 28],
    [1, 832, 14, 14],
    [1, 1024, 7, 7],
  ]);
});

test.each(Object.entries(fixtures.operations))(
  "%s costs %d billion multiply-adds in convolutions and linear layers at 224 × 224, as torchvision says",
  (title, billions) => {
    const model = modelOf(title);
    const rows = model.summary([1, 3, 224, 224]).rows.filter((row) => ["Conv2d", "Linear"].includes(row.class));
    expect(rows.reduce((sum, row) => sum + row.multiplyAdds, 0) / 1e9).toBeCloseTo(billions, 3);
    model.dispose();
  },
);

describe("models refuse", () => {
  const inception = new InceptionV3({ classes: 2 });
  const wrong: [string, () => unknown, new (...inputs: never[]) => Error, RegExp][] = [
    ["depths that there are not", () => new VGG(12 as never), ValueError, /depth must be 11, 13, 16 or 19/],
    ["other depths of residuals", () => new ResNet("18" as never), ValueError, /depth must be 18, 34, 50, 101 or 152/],
    [
      "pictures of other channels",
      () => new MobileNetV2({ widthMultiplier: 0.1 }).forward(zeros([1, 1, 32, 32])),
      ShapeError,
      /\(batch, 3, height, width\)/,
    ],
    ["pictures that are too small", () => inception.forward(zeros([1, 3, 74, 80])), ShapeError, /from 75 up/],
    [
      "small pictures for a classifier on the way",
      () => inception.loss(zeros([1, 3, 80, 80]), tensor([0], "i32")),
      ShapeError,
      /auxLogits: false/,
    ],
    [
      "patches that do not fit",
      () => new VisionTransformer({ imageSize: 20, patchSize: 16 }),
      ValueError,
      /must divide imageSize/,
    ],
    ["heads that do not divide", () => new VisionTransformer({ numHeads: 5 }), ValueError, /must divide hiddenDim/],
    [
      "transforms of other channels",
      () => new GoogLeNet({ inChannels: 1, transformInput: true }),
      ValueError,
      /3 channels/,
    ],
  ];
  test.each(wrong)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
