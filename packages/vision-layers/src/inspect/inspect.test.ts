import { differentiate } from "@unfoldjs/autograd";
import { type AnyModule, Dropout, Flatten, Linear, Module, ReLU, Sequential } from "@unfoldjs/nn";
import {
  DTypeError,
  Generator,
  IndexError,
  memory,
  scope,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { GoogLeNet } from "../models/googlenet.ts";
import { MobileNetV2 } from "../models/mobilenet-v2.ts";
import { ResNet } from "../models/resnet.ts";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import { maximiseActivation } from "./activation-maximisation.ts";
import { featureMaps, features } from "./feature-maps.ts";
import { gradCam, gradCamPlusPlus } from "./grad-cam.ts";
import { deconvnet, guidedBackprop } from "./guided.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import fixtures from "./inspect-fixtures.json" with { type: "json" };
import { occlusion } from "./occlusion.ts";
import { inputXGradient, saliency, smoothGrad } from "./saliency.ts";

function small(): Sequential {
  return new Sequential(
    new Conv2d(3, 6, 3, { padding: 1 }),
    new BatchNorm2d(6),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(6, 8, 3, { stride: 2, padding: 1 }),
    new ReLU(),
    new Conv2d(8, 8, 3, { padding: 1 }),
    new ReLU(),
    new Flatten(),
    new Linear(72, 5),
  );
}

type Explain = (model: AnyModule, x: Tensor, target: number[], layer: string) => Tensor;
const upsample = false;
const explanations: Readonly<Record<string, Explain>> = {
  saliency: (model, x, target) => saliency(model, x, { target }),
  signed: (model, x, target) => saliency(model, x, { target, absolute: false }),
  inputXGradient: (model, x, target) => inputXGradient(model, x, { target }),
  gaussLegendre: (model, x, target) => integratedGradients(model, x, { target, steps: 12 }),
  baseline: (model, x, target) => integratedGradients(model, x, { target, steps: 9, baseline: 0.3, batchSize: 3 }),
  left: (model, x, target) => integratedGradients(model, x, { target, steps: 10, method: "left" }),
  middle: (model, x, target) => integratedGradients(model, x, { target, steps: 10, method: "middle", batchSize: 1 }),
  right: (model, x, target) => integratedGradients(model, x, { target, steps: 10, method: "right" }),
  gradCam: (model, x, target, layer) => gradCam(model, x, { target, layer, upsample }),
  gradCamSigned: (model, x, target, layer) => gradCam(model, x, { target, layer, upsample, relu: false }),
  gradCamPlusPlus: (model, x, target, layer) => gradCamPlusPlus(model, x, { target, layer, upsample }),
  occlusion: (model, x, target) => occlusion(model, x, { target, window: [5, 4], stride: [3, 2], baseline: -0.1 }),
  guidedBackprop: (model, x, target) => guidedBackprop(model, x, { target }),
  deconvnet: (model, x, target) => deconvnet(model, x, { target }),
};

interface Row {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

describe.each([
  ["a small net", small, [2, 3, 12, 12], [3, 1], "7", fixtures.small],
  ["ResNet-18", () => new ResNet(18, { classes: 7 }), [2, 3, 32, 40], [6, 2], "layer3", fixtures.resnet],
] as const)(`%s is explained as captum ${fixtures.versions.captum} does`, (_, make, shape, target, layer, rows) => {
  const model: Sequential | ResNet = fill(make());
  const x = drawn("pictures", shape);
  test.each(Object.entries<Row>(rows))("%s", (name, { shape: wanted, values }) => {
    const got = (explanations[name] as Explain)(model, x, [...target], layer);
    expect(got.shape).toEqual(wanted);
    const largest = Math.max(...values.map(Math.abs));
    const relative = (each: readonly number[]): number[] => each.map((value) => value / largest);
    expect(distance(relative(sampled(got, 40)), relative(values))).toBeLessThan(1e-4);
    got.dispose();
  });
});

describe("looking changes nothing", () => {
  const model = fill(small());
  (model.at(1) as BatchNorm2d).frozen = true;
  const x = drawn("pictures", [2, 3, 12, 12]);
  const calls = Object.entries(explanations);

  test.each(calls)("%s: modes, statistics, gradients and memory stay as they are", (_, explain) => {
    model.train();
    (model.at(4) as Conv2d).eval();
    explain(model, x, [1, 2], "4").dispose();
    const modes = model.namedModules().map(([, { training }]) => training);
    const state = Object.values(model.stateDict()).map((each) => [...each.data()]);
    const before = memory();
    explain(model, x, [1, 2], "4").dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(() => explain(model, x, [1, 9], "4")).toThrow(IndexError);
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(model.namedModules().map(([, { training }]) => training)).toEqual(modes);
    expect(Object.values(model.stateDict()).map((each) => [...each.data()])).toEqual(state);
    expect(model.parameters().every(({ grad }) => grad === undefined)).toBe(true);
  });

  test("an example's explanation does not depend on its neighbours", () => {
    for (const explain of Object.values(explanations)) {
      scope(() => {
        const both = explain(model, x, [1, 2], "4");
        const alone = explain(model, x.slice(0, 1, 2), [2], "4");
        expect(distance(sampled(both.slice(0, 1, 2).contiguous()), sampled(alone))).toBeLessThan(1e-5);
      });
    }
  });
});

describe("targets", () => {
  const model = fill(small()).eval();
  const x = drawn("pictures", [2, 3, 12, 12]);
  const classes = model.forward(x).argmax(1);

  test("are the likeliest classes unless said, and may be numbers, lists, labels and functions", () => {
    const wanted = saliency(model, x).toArray();
    expect(saliency(model, x, { target: classes }).toArray()).toEqual(wanted);
    expect(saliency(model, x, { target: [...classes.data()] }).toArray()).toEqual(wanted);
    expect(saliency(model, x, { target: (y) => y.max(1) }).toArray()).toEqual(wanted);
    const all = saliency(model, x, { target: (y) => y.slice(1, 2, 3).sum() }).toArray();
    expect(saliency(model, x, { target: 2 }).toArray()).toEqual(all);
  });

  test("of a model with several results are those of the one that is chosen", () => {
    const googlenet = new GoogLeNet({ classes: 4, generator: new Generator(3) });
    const pictures = drawn("pictures", [1, 3, 48, 48]);
    const main = saliency(googlenet, pictures, { target: 1 });
    const auxiliary = saliency(googlenet, pictures, {
      target: 1,
      forward: (input) => googlenet.allLogits(input).auxLogits1 as Tensor,
    });
    expect(auxiliary.toArray()).not.toEqual(main.toArray());
    googlenet.eval();
    const { gradients } = differentiate(
      () => (googlenet.allLogits(pictures).auxLogits1 as Tensor).slice(1, 1, 2).sum(),
      [pictures],
    );
    expect((gradients[0] as Tensor).abs().toArray()).toEqual(auxiliary.toArray());
    expect(gradCam(googlenet, pictures, { layer: "inception4e" }).shape).toEqual([1, 1, 48, 48]);
    const forward = ((input: Tensor) => googlenet.allLogits(input)) as never;
    expect(() => saliency(googlenet, pictures, { forward })).toThrow(/one tensor/);
    googlenet.dispose();
  });

  const wrong: [string, () => unknown, new (...inputs: never[]) => Error, RegExp][] = [
    ["a class that there is not", () => saliency(model, x, { target: 5 }), IndexError, /5 classes/],
    ["a class for each of other examples", () => saliency(model, x, { target: [1] }), ShapeError, /one class for each/],
    ["labels that are f32", () => saliency(model, x, { target: tensor([1, 2]) as never }), ValueError, /i32/],
    ["a function of whole results", () => saliency(model, x, { target: (y) => y }), ShapeError, /one number for each/],
    ["one example without a batch", () => saliency(model, zeros([12])), ShapeError, /unsqueeze/],
    ["whole numbers", () => saliency(model, zeros([1, 3, 12, 12], "i32") as never), DTypeError, /f32/],
    ["a layer that there is not", () => gradCam(model, x, { layer: "11" }), ValueError, /no layer of this path/],
    ["a layer without rows", () => gradCam(model, x, { layer: "8" }), ShapeError, /rows and columns are merged/],
    ["no layer", () => gradCam(model, x, {} as never), ValueError, /layer/],
    ["a window that does not fit", () => occlusion(model, x, { window: 13 }), ShapeError, /no larger than a picture/],
    ["strides that leave pixels out", () => occlusion(model, x, { window: 2, stride: 3 }), ValueError, /never covered/],
    [
      "a baseline that does not broadcast",
      () => integratedGradients(model, x, { baseline: zeros([5]) }),
      ShapeError,
      /integratedGradients/,
    ],
    ["a misspelt option", () => integratedGradients(model, x, { step: 3 } as never), ValueError, /did you mean steps/],
    [
      "a channel that there is not",
      () => maximiseActivation(model, { shape: [3, 12, 12], channel: 5 }),
      ShapeError,
      /5 channels/,
    ],
  ];
  test.each(wrong)("that are wrong are refused: %s", (_, call, kind, message) => {
    const before = memory().tensors;
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
    expect(memory().tensors - before).toBeLessThan(5); // what the call itself was given
  });
});

describe("integrated gradients", () => {
  test("add up to what the result changes by from the baseline", () => {
    const model = fill(small()).eval();
    const x = drawn("pictures", [1, 3, 12, 12]);
    const parts = integratedGradients(model, x, { target: 3, steps: 200 }).sum().item();
    const [at, from] = [x, zeros([1, 3, 12, 12])].map((each) => model.forward(each).at(0, 3).item()) as [
      number,
      number,
    ];
    expect(parts).toBeCloseTo(at - from, 2);
  });

  test("are exact for what is a polynomial along the way", () => {
    class Cubes extends Module {
      override forward(x: Tensor): Tensor {
        return x.mul(x).mul(x);
      }
    }
    const x = tensor([[1, 2, -3]]);
    const target = (y: Tensor): Tensor => y.sum(1);
    const got = integratedGradients(new Cubes(), x, { target, steps: 2 });
    expect(distance([...got.data()], [1, 8, -27])).toBeLessThan(1e-6);
    const trapezoid = integratedGradients(new Cubes(), x, { target, steps: 3, method: "trapezoid" });
    expect(distance([...trapezoid.data()], [1.125, 9, -30.375])).toBeLessThan(1e-6); // 3 · (0 + 2 / 4 + 1) / 4 of it
  });
});

describe("smoothGrad", () => {
  const model = fill(small()).eval();
  const x = drawn("pictures", [2, 3, 12, 12]);

  test("is the mean, mean square or variance of the gradients at noisy copies", () => {
    const generator = new Generator(5);
    const flat = x.flatten(1);
    const deviation = flat.max(1).sub(flat.min(1)).mul(0.2).reshape([2, 1, 1, 1]);
    const slopes = Array.from({ length: 4 }, () =>
      saliency(model, x.add(generator.normal(x.shape).mul(deviation)), { target: [3, 1], absolute: false }).data(),
    );
    const mean = slopes[0]?.map((_, at) => slopes.reduce((sum, each) => sum + (each[at] ?? 0), 0) / 4) ?? [];
    const square = slopes[0]?.map((_, at) => slopes.reduce((sum, each) => sum + (each[at] ?? 0) ** 2, 0) / 4) ?? [];
    const of = (variant: "mean" | "square" | "variance"): number[] => [
      ...smoothGrad(model, x, {
        target: [3, 1],
        samples: 4,
        noise: 0.2,
        variant,
        generator: new Generator(5),
      }).data(),
    ];
    expect(distance(of("mean"), [...mean])).toBeLessThan(1e-5);
    expect(distance(of("square"), [...square])).toBeLessThan(1e-5);
    expect(
      distance(
        of("variance"),
        [...square].map((each, at) => each - (mean[at] ?? 0) ** 2),
      ),
    ).toBeLessThan(1e-5);
  });

  test("is the gradient itself of a linear model", () => {
    const linear = new Sequential(new Flatten(), new Linear(12, 3));
    const input = drawn("x", [2, 3, 2, 2]);
    const wanted = saliency(linear, input, { target: 1, absolute: false });
    const got = smoothGrad(linear, input, { target: 1, samples: 3 });
    expect(distance([...got.data()], [...wanted.data()])).toBeLessThan(1e-6);
  });
});

describe("guided gradients", () => {
  test("know a relu by what is computed: a layer, a function, a part of a dense layer", () => {
    class Functional extends Module {
      first = new Linear(6, 5, { activation: "relu" });
      second = new Linear(5, 4);
      third = new Linear(4, 2);
      override forward(x: Tensor): Tensor {
        return this.third.forward(this.second.forward(this.first.forward(x)).relu());
      }
    }
    const functional = fill(new Functional());
    const layers = new Sequential(new Linear(6, 5), new ReLU(), new Linear(5, 4), new ReLU(), new Linear(4, 2));
    const weights = Object.values(functional.stateDict());
    layers.loadStateDict(
      Object.fromEntries(Object.keys(layers.stateDict()).map((key, at) => [key, weights[at]])) as never,
    );
    const x = drawn("x", [3, 6]);
    for (const explain of [guidedBackprop, deconvnet]) {
      const [got, wanted] = [functional, layers].map((model) => [...explain(model, x, { target: 1 }).data()]) as [
        number[],
        number[],
      ];
      expect(distance(got, wanted)).toBeLessThan(1e-6);
      expect(distance(got, [...saliency(functional, x, { target: 1, absolute: false }).data()])).toBeGreaterThan(1e-3);
    }
  });

  test("take relu6 for a rectifier, and refuse a model without one", () => {
    const mobile = new MobileNetV2({ classes: 3, widthMultiplier: 0.1, generator: new Generator(1) });
    const x = drawn("pictures", [1, 3, 32, 32]);
    expect(guidedBackprop(mobile, x, { target: 1 }).toArray()).not.toEqual(
      saliency(mobile, x, { target: 1, absolute: false }).toArray(),
    );
    expect(() => guidedBackprop(new Sequential(new Flatten(), new Linear(4, 2)), zeros([1, 4]))).toThrow(
      /no rectifier/,
    );
  });
});

describe("occlusion", () => {
  test("finds the pixels that a class depends on, and no others", () => {
    class Corner extends Module {
      override forward(x: Tensor): Tensor {
        return x.slice(2, 0, 2).slice(3, 0, 3).sum([1, 2, 3]).reshape([-1, 1]) as Tensor;
      }
    }
    const map = occlusion(new Corner(), zeros([1, 2, 6, 6]).add(1), { window: 1, target: 0 });
    expect(map.reshape([6, 6]).toArray()).toEqual(
      Array.from({ length: 6 }, (_, row) => Array.from({ length: 6 }, (__, at) => (row < 2 && at < 3 ? 2 : 0))),
    );
  });
});

describe("feature maps", () => {
  const model = fill(new ResNet(18, { classes: 3, width: 4 })).train();
  const x = drawn("pictures", [3, 3, 32, 32]);

  test("are what the layers give, by path, in use", () => {
    const { conv1, layer4 } = featureMaps(model, x, ["conv1", "layer4"]);
    expect(conv1.shape).toEqual([3, 4, 16, 16]);
    expect(layer4.shape).toEqual([3, 32, 1, 1]);
    expect(conv1.toArray()).toEqual(model.conv1.forward(x).toArray());
    expect(model.training).toBe(true);
    expect(() => featureMaps(model, x, ["layer5"])).toThrow(/did you mean layer/);
  });

  test("leave nothing behind but themselves", () => {
    featureMaps(model, x, ["layer1"]).layer1.dispose();
    const before = memory();
    const { layer1, layer2 } = featureMaps(model, x, ["layer1", "layer2"]);
    expect(memory().tensors).toBe(before.tensors + 2);
    layer1.dispose();
    layer2.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  test("refuse a layer that runs twice, and one that does not run", () => {
    class Twice extends Module {
      relu = new ReLU();
      unused = new ReLU();
      override forward(input: Tensor): Tensor {
        return this.relu.forward(this.relu.forward(input));
      }
    }
    const twice = new Twice();
    expect(() => featureMaps(twice, zeros([1, 2]), ["relu"])).toThrow(/several times/);
    expect(() => featureMaps(twice, zeros([1, 2]), ["unused"])).toThrow(/did not run/);
  });

  test("are rows of numbers for each example, the same in batches of any size", () => {
    const whole = features(model, x, "layer2");
    expect(whole.shape).toEqual([3, 8 * 4 * 4]);
    const parts = features(model, x, "layer2", { batchSize: 2 });
    expect(distance([...parts.data()], [...whole.data()])).toBeLessThan(1e-6);
    expect(features(model, x, "").shape).toEqual([3, 3]);
    expect(features(model, x, model.layer3).shape[0]).toBe(3);
  });
});

describe("activation maximisation", () => {
  const model = new Sequential(
    new Conv2d(1, 4, 5, { padding: 2, generator: new Generator(1) }),
    new ReLU(),
    new Dropout(0.5),
    new Conv2d(4, 3, 3, { padding: 1, generator: new Generator(2) }),
  );
  const options = { shape: [1, 16, 16], layer: "3", channel: 1, steps: 30 } as const;

  test("excites the channel far more than noise does, and the same seed gives the same picture", () => {
    const activations: number[] = [];
    const onStep = (_: number, activation: number): number => activations.push(activation);
    const first = maximiseActivation(model, { ...options, generator: new Generator(4), onStep });
    expect(activations).toHaveLength(30);
    expect(activations.at(-1) ?? 0).toBeGreaterThan(3 * Math.abs(activations[0] ?? 0));
    const again = maximiseActivation(model, { ...options, generator: new Generator(4) });
    expect(again.toArray()).toEqual(first.toArray());
    const other = maximiseActivation(model, { ...options, generator: new Generator(5) });
    expect(other.toArray()).not.toEqual(first.toArray());
    expect(model.training).toBe(true);
  });

  test("blur and decay take away what is rough", () => {
    const roughness = (blur: number, decay: number): number => {
      const picture = maximiseActivation(model, { ...options, blur, decay, generator: new Generator(4) });
      const steps = picture
        .slice(3, 1)
        .sub(picture.slice(3, 0, 15))
        .square()
        .mean()
        .item();
      return steps / picture.square().mean().item();
    };
    expect(roughness(1, 0.02)).toBeLessThan(roughness(0, 0));
  });

  test("stops when it is told to, and leaves nothing behind", () => {
    maximiseActivation(model, { ...options, steps: 2 }).dispose();
    const before = memory();
    let steps = 0;
    maximiseActivation(model, { ...options, onStep: () => ++steps < 3 }).dispose();
    expect(steps).toBe(3);
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});
