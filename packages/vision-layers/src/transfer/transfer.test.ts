import {
  Adam,
  backward,
  crossEntropy,
  decodeModel,
  Dropout,
  encodeModel,
  Flatten,
  freezeStages,
  Linear,
  manualSeed,
  type Module,
  ReLU,
  Sequential,
  stagesOf,
} from "@unfoldjs/nn";
import { fromArray, Generator, memory, scope, type Shape, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { AlexNet } from "../models/alexnet.ts";
import { GoogLeNet } from "../models/googlenet.ts";
import { InceptionV3 } from "../models/inception-v3.ts";
import { LeNet5 } from "../models/lenet5.ts";
import { MobileNetV2 } from "../models/mobilenet-v2.ts";
import { ResNet } from "../models/resnet.ts";
import { VGG } from "../models/vgg.ts";
import { VisionTransformer } from "../models/vision-transformer.ts";
import { LayerGraph } from "../graph/layer-graph.ts";
import { AdaptiveAvgPool2d } from "../layers/adaptive-pooling.ts";
import { graphLayers } from "../tfjs/graph-layers.ts";
import { transfer } from "./transfer.ts";

/** Small ones of each kind of model: its stages, and pictures that it takes. */
const models: Readonly<Record<string, { make(): Module; stages: readonly string[]; input: Shape }>> = {
  LeNet5: { make: () => new LeNet5(), stages: ["conv1", "conv2", "fc1", "fc2", "fc3"], input: [2, 1, 28, 28] },
  ResNet: {
    make: () => new ResNet(18, { width: 8, classes: 7 }),
    stages: ["stem", "layer1", "layer2", "layer3", "layer4", "head"],
    input: [2, 3, 32, 32],
  },
  MobileNetV2: {
    make: () => new MobileNetV2({ widthMultiplier: 0.25 }),
    stages: ["stem", "stage1", "stage2", "stage3", "stage4", "stage5", "stage6", "stage7", "last", "head"],
    input: [2, 3, 32, 32],
  },
  VGG: {
    make: () => new VGG(11, { batchNorm: true, hiddenFeatures: 8, classes: 7 }),
    stages: ["stage1", "stage2", "stage3", "stage4", "stage5", "hidden1", "hidden2", "head"],
    input: [2, 3, 32, 32],
  },
  AlexNet: {
    make: () => new AlexNet({ hiddenFeatures: 8 }),
    stages: [
      "features.0",
      "features.3",
      "features.6",
      "features.8",
      "features.10",
      "classifier.1",
      "classifier.4",
      "classifier.6",
    ],
    input: [2, 3, 63, 63],
  },
  GoogLeNet: {
    make: () => new GoogLeNet({ classes: 7 }),
    stages: ["stem", "inception3", "inception4", "inception5", "head"],
    input: [2, 3, 32, 32],
  },
  InceptionV3: {
    make: () => new InceptionV3({ classes: 7 }),
    stages: ["stem", "Mixed_5", "Mixed_6", "Mixed_7", "head"],
    input: [1, 3, 75, 75],
  },
  VisionTransformer: {
    make: () =>
      new VisionTransformer({ imageSize: 8, patchSize: 4, numLayers: 2, numHeads: 2, hiddenDim: 8, mlpDim: 8 }),
    stages: ["embedding", "encoder_layer_0", "encoder_layer_1", "head"],
    input: [2, 3, 8, 8],
  },
};

const learning = (model: Module): string[] =>
  model.namedParameters().flatMap(([path, { frozen }]) => (frozen ? [] : [path]));

describe.each(Object.entries(models))("%s", (_, { make, stages, input }) => {
  test("has stages, gets another head, learns it alone, and comes back from a file", () => {
    const bytes = memory().bytes;
    manualSeed(1);
    const model = make();
    expect(stagesOf(model).map(({ name }) => name)).toEqual(stages);
    const moved = transfer(model, { head: 4 });
    expect(moved.model).toBe(model);
    expect(moved.stages.map(({ name }) => name)).toEqual(stages);
    const last = moved.stages.at(-1)?.parameters ?? [];
    expect(model.parameters().filter(({ frozen }) => !frozen)).toEqual(last);
    expect(last.length).toBeGreaterThan(1);
    scope(() => {
      model.eval();
      const x = new Generator(2).uniform<Shape>(input);
      const logits = model.forward(x as never) as Tensor;
      expect(logits.shape).toEqual([input[0], 4]);
      const features = moved.features(x);
      const again = moved.head.forward(features);
      expect([...again.data()]).toEqual([...logits.data()]);
      const same = decodeModel(encodeModel(model, { layers }), { layers });
      expect([...(same.eval().forward(x as never) as Tensor).data()]).toEqual([...logits.data()]);
      same.dispose();
    });
    model.dispose();
    expect(memory().bytes).toBe(bytes);
  });
});

describe("transfer", () => {
  const small = (): Sequential => {
    manualSeed(3);
    return new Sequential(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new Flatten(), new Linear(4 * 36, 3));
  };

  test("takes a module, and what makes one of the features that the old head had", () => {
    const own = new Linear(144, 2);
    expect(transfer(small(), { head: own })).toMatchObject({ head: own, at: "4" });
    const two = transfer(new VGG(11, { hiddenFeatures: 8 }), {
      at: "classifier",
      head: (features) => new Sequential(new Dropout(0.5), new Linear(features, 2)),
    });
    expect(
      two.model
        .parameters()
        .slice(-2)
        .map(({ shape }) => shape),
    ).toEqual([[2, 512 * 7 * 7], [2]]);
    expect(two.stages.at(-1)?.name).toBe("head");
    expect(learning(two.model)).toEqual(["classifier.1.weight", "classifier.1.bias"]);
  });

  test("freezes what it is told to: stages by number or name, paths by pattern", () => {
    const frozenNorms = (model: Module): string[] =>
      model.namedModules().flatMap(([path, module]) => (module instanceof BatchNorm2d && module.frozen ? [path] : []));
    const make = (): ResNet => new ResNet(18, { width: 8 });
    expect(learning(transfer(make(), { head: 2, freeze: 0 }).model)).toHaveLength(62);
    const low = transfer(make(), { head: 2, freeze: ["stem", "layer1"] }).model;
    expect(frozenNorms(low)).toEqual(["bn1", "layer1.0.bn1", "layer1.0.bn2", "layer1.1.bn1", "layer1.1.bn2"]);
    expect(learning(low).some((path) => /^(conv1|bn1|layer1)\./.test(path))).toBe(false);
    expect(learning(low)).toContain("layer2.0.conv1.weight");
    const norms = transfer(make(), { head: 2, freeze: ["**.bn?", "**.downsample.1"] }).model;
    expect(frozenNorms(norms)).toHaveLength(20);
    expect(learning(norms)).toHaveLength(22);
  });

  test("gives classifiers on the way as many classes", () => {
    const { model } = transfer(new GoogLeNet({ classes: 7 }), { head: 4 });
    expect([model.aux1?.fc2.outFeatures, model.aux2?.fc2.outFeatures]).toEqual([4, 4]);
    const loss = model.loss(zeros([2, 3, 64, 64]), tensor([0, 3], "i32"));
    expect(Number.isFinite(loss.item())).toBe(true);
  });

  test("writes the weights alone of a model whose head its class could not make", () => {
    const { model } = transfer(new ResNet(18, { width: 8 }), {
      head: (features) => new Sequential(new Linear(features, 2)),
    });
    expect(model.config()).toBeUndefined();
    expect(() => decodeModel(encodeModel(model, { layers }), { layers })).toThrow(/how to build|does not/);
  });

  test("remembers features until a weight other than the head's changes", () => {
    const moved = transfer(small(), { head: 2 });
    let seen = 0;
    (moved.model.at(0) as Conv2d).onForward(({ inputs: [x] }) => void (seen += (x as Tensor).shape[0] ?? 0));
    const cache = moved.cache({ dtype: "f16" });
    const x = new Generator(1).normal([6, 1, 8, 8]) as Tensor;
    const optimizer = new Adam(moved.head.parameters(), { learningRate: 0.01 });
    const labels = fromArray(Int32Array.of(0, 1, 0, 1, 0, 1));
    const losses = Array.from({ length: 40 }, () => {
      const loss = backward(moved.head, () => crossEntropy(moved.head.forward(cache.of(x)), labels));
      optimizer.step();
      return loss;
    });
    expect(losses.at(-1)).toBeLessThan(0.1 * (losses[0] ?? 0));
    expect([seen, cache.hits, cache.misses]).toEqual([6, 39 * 6, 6]);
    const norm = moved.model.at(1) as BatchNorm2d;
    norm.runningMean?.assign(norm.runningMean.add(1));
    cache.of(x);
    expect(seen).toBe(12);
  });

  test("says what is wrong", () => {
    expect(() => transfer(new Sequential(new ReLU()), { head: 2 })).toThrow(
      /no linear layer[^]*new Sequential\(model, new Linear/,
    );
    expect(() => transfer(small(), { head: 2, at: "5" })).toThrow(/no module of this path/);
    expect(() => transfer(small(), { head: 2, at: "1" })).toThrow(/how many features/);
    expect(() => transfer(small(), { head: 0 })).toThrow(/number of classes from 1 up/);
    expect(() => transfer(small(), { head: 2, freze: 1 } as never)).toThrow(/did you mean freeze/);
    expect(() => transfer(small(), { head: 2, freeze: 9 })).toThrow(/from 0 to 2/);
    expect(() => transfer(small(), { head: (() => 3) as never })).toThrow(/gives a module/);
  });
});

describe("batch norm in what is frozen", () => {
  /** Bars that lie or stand, in pictures of some brightness and contrast. */
  function bars(seed: number, count: number, { shift, scale }: { shift: number; scale: number }) {
    const generator = new Generator(seed);
    const labels = Int32Array.from({ length: count }, (_, at) => at % 2);
    const places = generator.permutation(8 * count).data();
    const pixels = generator.normal<Shape>([count, 1, 8, 8]).mul<Shape>(0.4).data();
    for (const [at, label] of labels.entries()) {
      const line = (places[at] ?? 0) % 8;
      for (let i = 0; i < 8; i++) {
        const place = at * 64 + (label === 0 ? line * 8 + i : i * 8 + line);
        pixels[place] = (pixels[place] ?? 0) + 1.5;
      }
    }
    return {
      x: fromArray<Shape>(pixels, [count, 1, 8, 8]).mul<Shape>(scale).add<Shape>(shift),
      labels: fromArray(labels),
    };
  }
  const usual = { shift: 0, scale: 1 };
  const other = { shift: 4, scale: 3 }; // brighter, and of more contrast

  const net = (): Sequential =>
    new Sequential(
      new Conv2d(1, 8, 3, { padding: 1 }),
      new BatchNorm2d(8),
      new ReLU(),
      new Conv2d(8, 8, 3, { padding: 1, stride: 2 }),
      new BatchNorm2d(8),
      new ReLU(),
      new Flatten(),
      new Linear(128, 2),
    );

  function learn(model: Sequential, steps: number, data: { shift: number; scale: number }, seed: number): void {
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    for (let step = 0; step < steps; step++) {
      scope(() => {
        const { x, labels } = bars(seed + step, 8, data);
        model.train();
        backward(model, () => crossEntropy(model.forward(x), labels));
        optimizer.step();
      });
    }
  }

  function accuracyOf(model: Sequential, head: Linear): number {
    return scope(() => {
      const { x, labels } = bars(9999, 200, usual);
      const truth = labels.data();
      model.eval();
      const features = model.layers.slice(0, -1).reduce((y, layer) => (layer as Sequential).forward(y), x);
      const answers = head.forward(features).argmax(1).data();
      return answers.filter((answer, at) => answer === truth[at]).length / truth.length;
    });
  }

  const statistics = (model: Sequential): number[] =>
    model.namedBuffers().flatMap(([path, buffer]) => (path.includes("running") ? [...buffer.data()] : []));

  test("keeps its statistics with transfer; with freeze() alone they drift, and what was learned is lost", () => {
    manualSeed(7);
    const trained = net();
    learn(trained, 150, usual, 1);
    const old = new Linear(128, 2);
    old.loadStateDict((trained.at(7) as Linear).stateDict());
    expect(accuracyOf(trained, old)).toBeGreaterThan(0.95);
    const before = statistics(trained);

    const copy = (): Sequential => {
      const same = net();
      same.loadStateDict(trained.stateDict());
      return same;
    };
    const held = transfer(copy(), { head: 2 }).model;
    learn(held, 60, other, 1000);
    expect(statistics(held)).toEqual(before);
    expect(accuracyOf(held, old)).toBe(accuracyOf(trained, old));

    // As PyTorch's requires_grad = False: no weight moves, and yet the features are others.
    const drifting = copy();
    drifting.freeze((path) => !path.startsWith("7"));
    const weights = drifting
      .parameters()
      .slice(0, -2)
      .map((parameter) => [...parameter.data()]);
    learn(drifting, 60, other, 1000);
    expect(
      drifting
        .parameters()
        .slice(0, -2)
        .map((parameter) => [...parameter.data()]),
    ).toEqual(weights);
    const drift = statistics(drifting).map((value, at) => Math.abs(value - (before[at] ?? 0)));
    expect(Math.max(...drift)).toBeGreaterThan(3);
    expect(accuracyOf(drifting, old)).toBeLessThan(0.75);
  });

  test("gives an example the same features whatever else is in its batch", () => {
    manualSeed(8);
    const model = net();
    learn(model, 20, usual, 1);
    model.train();
    const { x } = bars(5, 8, usual);
    const [first, others] = [x.slice(0, 0, 1), bars(6, 7, other).x];
    const features = (batch: Tensor): number[] =>
      [...(model.at(1) as BatchNorm2d).forward((model.at(0) as Conv2d).forward(batch)).data()].slice(0, 512);
    const mixed = fromArray<Shape>(Float32Array.of(...first.data(), ...others.data()), [8, 1, 8, 8]);
    expect(features(x)).not.toEqual(features(mixed));
    freezeStages(model, 1);
    model.train(); // does not undo it
    expect(features(x)).toEqual(features(mixed));
  });
});

describe("what transfer leaves", () => {
  const stateOf = (model: Module): unknown => [
    model.parameters().map(({ frozen }) => frozen),
    model.namedModules().map(([path, { training, constructor }]) => `${path} ${training} ${constructor.name}`),
  ];

  test.each([
    ["a head that throws", { head: (): never => expect.fail("no head") }, /no head/],
    ["a pattern of nothing", { head: 3, freeze: "layer9" }, /names nothing/],
    ["too many stages", { head: 3, freeze: 99 }, /from 0 to 6/],
    ["a path without a linear layer", { head: 3, at: "layer1" }, /has no linear layer/],
  ])("a model as it was, after %s", (_, options, message) => {
    const model = new ResNet(18, { width: 4, classes: 7 });
    model.layer2.eval();
    model.conv1.freeze();
    const [before, { tensors }] = [stateOf(model), memory()];
    expect(() => transfer(model, options)).toThrow(message);
    expect(stateOf(model)).toEqual(before);
    expect(memory().tensors).toBe(tensors);
  });

  test.each([
    ["itself", (fc: Linear) => fc],
    ["made around it", (fc: Linear) => new Sequential(new Dropout(0.1), fc)],
  ])("an old head that is %s in the new one", (_, around) => {
    const model = new ResNet(18, { width: 4, classes: 7 }).eval();
    const pictures = new Generator(1).uniform([1, 3, 32, 32]) as Tensor;
    const before = model.forward(pictures).toArray();
    transfer(model, { head: () => around(model.fc) });
    expect(model.eval().forward(pictures).toArray()).toEqual(before);
  });

  test("a graph with the new head, that learns and is saved", () => {
    manualSeed(1);
    const trunk = new LayerGraph([
      { name: "conv/1", layer: new Conv2d(3, 4, 3), inputs: ["input"] },
      { name: "pool", layer: new AdaptiveAvgPool2d(1), inputs: ["conv/1"] },
      { name: "flat", layer: new Flatten(), inputs: ["pool"] },
    ]);
    const graph = trunk.append("head.1", new Linear(4, 9)); // with a dot, as names of Keras may have
    const made = transfer(graph, { head: 2 });
    const { model, head, cache } = made;
    expect([made.at, model.at("head.1") === head, graph.nodes.at(-1)?.layer === head]).toEqual(["head.1", true, true]);
    expect(model.parameters().map(({ frozen }) => frozen)).toEqual([true, true, false, false]);
    const pictures = new Generator(1).uniform([2, 3, 8, 8]) as Tensor;
    expect(head.forward(cache().of(pictures)).toArray()).toEqual(model.forward(pictures).toArray());
    const known = { layers: { ...layers, ...graphLayers } };
    const same = decodeModel(encodeModel(model, known), known) as LayerGraph;
    expect(same.forward(pictures).toArray()).toEqual(model.forward(pictures).toArray());
  });
});
