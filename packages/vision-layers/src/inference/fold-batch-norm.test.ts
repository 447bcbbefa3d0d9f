import { decodeModel, encodeModel, Module, Sequential } from "@unfoldjs/nn";
import { decodeSafetensors, isTensor, relu, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { DenseBlock } from "../blocks/dense-block.ts";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { layers } from "../layers.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { GoogLeNet } from "../models/googlenet.ts";
import { MobileNetV2 } from "../models/mobilenet-v2.ts";
import { ResNet } from "../models/resnet.ts";
import { VGG } from "../models/vgg.ts";
import { distance, drawn, fill } from "../testing/drawn.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";

const numbers = (x: Tensor): number[] => [...x.data()];

const rows: [string, () => Module & { forward(x: Tensor): Tensor }, folded: number, size: number, channels: number][] =
  [
    ["ResNet", () => new ResNet(18, { classes: 3, width: 8 }), 20, 32, 3],
    ["ResNet, bottlenecks", () => new ResNet(50, { classes: 3, width: 4 }), 53, 32, 3],
    ["MobileNetV2", () => new MobileNetV2({ classes: 3, widthMultiplier: 0.35 }), 52, 32, 3],
    [
      "VGG, whose convolutions have biases",
      () => new VGG(11, { classes: 3, hiddenFeatures: 8, batchNorm: true }),
      8,
      32,
      3,
    ],
    ["GoogLeNet", () => new GoogLeNet({ classes: 3, auxLogits: false }), 57, 32, 3],
    ["a dense block, whose first norms stand before convolutions", () => new DenseBlock(3, 4, 3), 3, 6, 4],
  ];
test.each(rows)("the results stay the same without batch norms: %s", (_, make, count, size, channels) => {
  const model = fill(make()).eval();
  const x = drawn("x", [2, channels, size, size]);
  const before = numbers(model.forward(x));
  const folded = foldBatchNorm(model, [1, channels, size, size]);
  expect(folded).toHaveLength(count);
  expect(distance(numbers(model.forward(x)), before)).toBeLessThan(1e-5);
  expect(foldBatchNorm(model, [1, channels, size, size])).toEqual([]);
  expect(distance(numbers(model.forward(x)), before)).toBeLessThan(1e-5);
});

test("says what it took in, by paths", () => {
  const model = new Sequential(new Conv2d(1, 2, 3, { bias: false }), new BatchNorm2d(2));
  expect(foldBatchNorm(model, [1, 1, 4, 4])).toEqual([{ conv: "0", norm: "1" }]);
  expect(model.stateDict()["0.bias"]?.shape).toEqual([2]);
});

test("leaves a convolution alone whose result goes elsewhere too, one that is used twice, and a norm of its batch", () => {
  class Elsewhere extends Module {
    readonly conv = new Conv2d(2, 2, 1);
    readonly bn = new BatchNorm2d(2);
    override forward(x: Tensor): Tensor {
      const maps: Tensor = this.conv.forward(x);
      return this.bn.forward(maps).add(relu(maps));
    }
  }
  class Twice extends Module {
    readonly conv = new Conv2d(2, 2, 1);
    readonly bn = new BatchNorm2d(2);
    override forward(x: Tensor): Tensor {
      const maps: Tensor = this.conv.forward(x);
      return this.bn.forward(this.conv.forward(relu(maps)));
    }
  }
  const own = new Sequential(new Conv2d(2, 2, 1), new BatchNorm2d(2, { trackRunningStats: false }));
  for (const model of [new Elsewhere(), new Twice(), own]) {
    const x = drawn("x", [2, 2, 3, 3]);
    const before = numbers((fill(model).eval() as Elsewhere).forward(x));
    expect(foldBatchNorm(model, [1, 2, 3, 3])).toEqual([]);
    expect(numbers((model as Elsewhere).forward(x))).toEqual(before);
  }
});

test("leaves alone what another layer shares, and what the model gives or computes with beside the norm", () => {
  class Pair extends Module {
    readonly first = new Conv2d(2, 2, 1);
    readonly firstNorm = new BatchNorm2d(2);
    readonly second: Conv2d = new Conv2d(2, 2, 1);
    readonly secondNorm: BatchNorm2d = new BatchNorm2d(2);
    override forward(x: Tensor): unknown {
      const middle: Tensor = this.firstNorm.forward(this.first.forward(x));
      return this.secondNorm.forward(this.second.forward(relu(middle)));
    }
  }
  class Gives extends Pair {
    override forward(x: Tensor): unknown {
      const maps: Tensor = this.first.forward(x);
      const other: Tensor = this.second.forward(x);
      return { y: this.firstNorm.forward(maps).add(this.secondNorm.forward(other)), of: [maps, other] };
    }
  }
  class Weighs extends Pair {
    override forward(x: Tensor): unknown {
      const y = super.forward(x) as Tensor;
      return y.mul(this.first.weight.sum()).add(this.secondNorm.runningMean?.sum() ?? 0);
    }
  }
  const shared = (layer: "second" | "secondNorm", field: string): Pair => {
    const model = new Pair();
    const from = layer === "second" ? model.first : model.firstNorm;
    Object.assign(model[layer], { [field]: from[field as "weight"] });
    return model;
  };
  const models = [
    shared("second", "weight"),
    shared("second", "bias"),
    shared("secondNorm", "weight"),
    shared("secondNorm", "runningVar"),
    new Gives(),
    new Weighs(),
  ];
  const tensors = (given: unknown): Tensor[] =>
    isTensor(given) ? [given as Tensor] : Object.values(given as object).flatMap(tensors);
  for (const [at, model] of models.entries()) {
    fill(model).eval();
    const results = (): number[] => tensors(model.forward(drawn("x", [2, 2, 3, 3]))).flatMap(numbers);
    const before = results();
    expect([at, foldBatchNorm(model, [1, 2, 3, 3])]).toEqual([at, []]);
    expect(results()).toEqual(before);
  }
});

test.each([rows[0], rows[3], rows[5]].flatMap((row) => (row === undefined ? [] : [row])))(
  "what is saved after folding can be read, also as a part of another model: %s",
  (_, make, __, size, channels) => {
    const shape = [1, channels, size, size];
    const model = fill(make());
    foldBatchNorm(model, shape);
    const x = drawn("x", [2, channels, size, size]);
    const before = numbers(model.forward(x));
    for (const [saved, again] of [
      [model, make()],
      [new Sequential(model), new Sequential(make()) as Module & { forward(x: Tensor): Tensor }],
    ] as const) {
      const bytes = encodeModel(saved, { layers });
      const { tensors, metadata } = decodeSafetensors(bytes);
      const isBuilt = "unfold.model" in metadata;
      const read = (isBuilt ? decodeModel(bytes, { layers }).eval() : again) as typeof again; // convolutions with biases
      if (read === again) {
        foldBatchNorm(again, shape);
        again.loadStateDict(tensors);
      }
      expect(distance(numbers(read.forward(x)), before)).toBeLessThan(1e-5);
    }
  },
);
