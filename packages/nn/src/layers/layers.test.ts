import { gradcheck } from "@unfoldjs/autograd";
import {
  gelu,
  Generator,
  memory,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  type Tensor,
  tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { manualSeed } from "../initialise/default-generator.ts";
import type { Module } from "../module/module.ts";
import { GELU, leakyRelu, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "./activation.ts";
import { backward } from "../train/backward.ts";
import { Dropout } from "./dropout.ts";
import { Flatten, Identity } from "./flatten.ts";
import { Linear } from "./linear.ts";
import { type Layer, Sequential } from "./sequential.ts";
import { LogSoftmax, Softmax } from "./softmax.ts";

const numbers = (x: Tensor): number[] => [...x.data()];

describe("Linear", () => {
  test("is x Wᵀ + b, over the last axis", () => {
    const layer = new Linear(3, 2);
    layer.loadStateDict({
      weight: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tensor([10, 20]),
    });
    expect(
      layer
        .forward(
          tensor([
            [1, 0, 0],
            [0, 1, 1],
          ]),
        )
        .toArray(),
    ).toEqual([
      [11, 24],
      [15, 31],
    ]);
    expect(layer.forward(tensor([[[1, 1, 1]]])).toArray()).toEqual([[[16, 35]]]);
  });

  test("takes an activation along: the bits and the gradients of a layer behind it", () => {
    for (const [activation, layer] of [
      ["relu", new ReLU()],
      ["gelu", new GELU()],
      ["silu", new SiLU()],
    ] as const) {
      const x = new Generator(3).normal([5, 3]);
      const [plain, activated] = [
        new Linear(3, 4, { generator: new Generator(1) }),
        new Linear(3, 4, { activation, generator: new Generator(1) }),
      ];
      expect(activated.forward(x).data()).toEqual(layer.forward(plain.forward(x)).data());
      backward(plain, () => layer.forward(plain.forward(x)).sum());
      backward(activated, () => activated.forward(x).sum());
      expect(activated.weight.grad?.data()).toEqual(plain.weight.grad?.data());
      expect(activated.bias?.grad?.data()).toEqual(plain.bias?.grad?.data());
      expect(activated.config()).toEqual([3, 4, { activation }]);
    }
    expect(() => new Linear(3, 4, { activation: "tanh" as never })).toThrow(
      /activation must be "relu" or "gelu" or "silu"/,
    );
  });

  test("may be without a bias", () => {
    expect(Object.keys(new Linear(3, 2, { bias: false }).stateDict())).toEqual(["weight"]);
  });

  test("starts as PyTorch's: uniform in ±1/√in", () => {
    const { weight, bias } = new Linear(64, 500, { generator: new Generator(1) });
    for (const values of [numbers(weight), numbers(bias as Tensor)]) {
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
      expect(Math.max(...values)).toBeGreaterThan(0.12);
      expect(Math.min(...values)).toBeLessThan(-0.12);
    }
    const variance = numbers(weight).reduce((sum, w) => sum + w * w, 0) / weight.size;
    expect(variance).toBeCloseTo(1 / 64 / 3, 4);
  });

  test("is the same for the same seed", () => {
    const made = (): number[] => numbers(new Linear(3, 2).weight);
    manualSeed(7);
    const first = made();
    expect(made()).not.toEqual(first);
    manualSeed(7);
    expect(made()).toEqual(first);
    expect(numbers(new Linear(3, 2, { generator: new Generator(7) }).weight)).toEqual(first);
  });

  test("has the gradients of finite differences", () => {
    const layer = new Linear(3, 2, { generator: new Generator(4) });
    const x = new Generator(5).normal([4, 3]);
    const { ok, report } = gradcheck(([input]: readonly [Tensor]) => layer.forward(input), [x] as const);
    expect(ok ? "" : report).toBe("");
  });

  test("leaves no tensor behind when it is made", () => {
    const before = memory().tensors;
    const layer = new Linear(3, 2);
    expect(memory().tensors).toBe(before + 2);
    layer.dispose();
    expect(memory().tensors).toBe(before);
  });

  test.each([
    [0, 1],
    [1.5, 1],
    [1, -2],
    [1, Number.NaN],
  ])("refuses %s inputs and %s outputs", (inputs, outputs) => {
    expect(() => new Linear(inputs, outputs)).toThrow(ValueError);
  });
});

describe("activations", () => {
  const x = tensor([
    [-2, -0.5, 0.25],
    [0.5, 1, 3],
  ]) as Tensor;
  test.each<[Layer, (x: Tensor) => Tensor]>([
    [new ReLU(), relu],
    [new Tanh(), tanh],
    [new Sigmoid(), sigmoid],
    [new SiLU(), silu],
    [new Softplus(), (input) => softplus(input)],
    [new Softplus({ beta: 2, threshold: 0.5 }), (input) => softplus(input, { beta: 2, threshold: 0.5 })],
    [new GELU(), gelu],
    [new GELU({ approximate: "tanh" }), (input) => gelu(input, "tanh")],
    [new LeakyReLU(0.2), (input) => leakyRelu(input, 0.2)],
    [new Softmax(), (input) => softmax(input, -1)],
    [new Softmax(0), (input) => softmax(input, 0)],
    [new LogSoftmax(), (input) => softmax(input, -1).log()],
    [new Identity(), (input) => input],
  ])("%s is its function", (layer, f) => {
    numbers(layer.forward(x)).forEach((value, i) => expect(value).toBeCloseTo(numbers(f(x))[i] ?? Number.NaN, 6));
  });

  test("leaky ReLU keeps a share of what is below 0, and has its gradient", () => {
    expect(numbers(leakyRelu(tensor([-2, 0, 3]), 0.5))).toEqual([-1, 0, 3]);
    const { ok, report } = gradcheck((input: Tensor) => leakyRelu(input, 0.3), x);
    expect(ok ? "" : report).toBe("");
  });
});

describe("Flatten", () => {
  test("keeps the batch, or what it is told to", () => {
    const x = tensor([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    expect(new Flatten().forward(x).shape).toEqual([2, 4]);
    expect(new Flatten(0, 1).forward(x).shape).toEqual([4, 2]);
  });
});

describe("Dropout", () => {
  const x = new Generator(1).uniform([200, 50], 1, 2);

  test("drops the share it says while learning, and scales the rest", () => {
    const [before, after] = [numbers(x), numbers(new Dropout(0.25, { generator: new Generator(2) }).forward(x))];
    const dropped = after.filter((value) => value === 0).length / after.length;
    expect(dropped).toBeCloseTo(0.25, 1);
    const scaled = after.flatMap((value, i) => (value === 0 ? [] : [value / (before[i] ?? 0)]));
    for (const factor of scaled) expect(factor).toBeCloseTo(1 / 0.75, 4);
  });

  test("draws another mask each time, and the same ones from the same seed", () => {
    const pair = (): number[][] => {
      const layer = new Dropout(0.5, { generator: new Generator(3) });
      return [numbers(layer.forward(x)), numbers(layer.forward(x))];
    };
    const [first, second] = pair();
    expect(first).not.toEqual(second);
    expect(pair()).toEqual([first, second]);
    const usual = new Dropout();
    const drawn = [1, 2].map(() => {
      manualSeed(3);
      return numbers(usual.forward(x));
    });
    expect(drawn[0]).toEqual(drawn[1]);
  });

  test("does nothing in use, or with probability 0; with 1 all is dropped", () => {
    expect(new Dropout().eval().forward(x)).toBe(x);
    expect(new Dropout(0).forward(x)).toBe(x);
    expect(numbers(new Dropout(1).forward(x)).every((value) => value === 0)).toBe(true);
  });

  test("refuses what is not a share", () => {
    for (const wrong of [-0.1, 1.1, 50, Number.NaN]) expect(() => new Dropout(wrong)).toThrow(/must be in \[0, 1\]/);
  });
});

describe("Sequential", () => {
  test("numbers its layers", () => {
    const net = new Sequential(new Linear(2, 2), new ReLU(), new Sequential(new Linear(2, 1)));
    expect(Object.keys(net.stateDict())).toEqual(["0.weight", "0.bias", "2.0.weight", "2.0.bias"]);
    expect(net.namedModules().map(([path]) => path)).toEqual(["", "0", "1", "2", "2.0"]);
    expect((net.at(-1) as Module).namedChildren().map(([name]) => name)).toEqual(["0"]);
  });
});
