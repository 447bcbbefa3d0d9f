import { type Shape, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Parameter } from "../module/parameter.ts";
import { Adam, AdamW } from "./adam.ts";
import { clipGradNorm, clipGradValue } from "./clip.ts";
import type { Optimizer } from "./optimizer.ts";
import { SGD } from "./sgd.ts";

const START = [0.5, -1.25, 2, 0.125, -3];
/** Gradients of five steps; the last has a zero in it. */
const GRADIENTS = [
  [0.1, -0.2, 0.3, -0.4, 0.5],
  [0.2, 0.1, -0.6, 0.3, 0.25],
  [-1, 2, 0.5, 0.01, -0.3],
  [0.4, 0.4, 0.4, -0.4, 0.4],
  [0, 1, -1, 2, 0.5],
];

function give(parameter: Parameter, gradient: readonly number[]): void {
  parameter.dropGrad();
  parameter.grad = (tensor(gradient) as Tensor).keep();
}

/** The values after the five steps. */
function run(make: (parameters: Parameter[]) => Optimizer): number[] {
  const parameter = new Parameter<Shape>(tensor(START) as Tensor);
  const optimizer = make([parameter]);
  for (const gradient of GRADIENTS) {
    give(parameter, gradient);
    optimizer.step();
  }
  return [...parameter.data()];
}

/** The same in f64, from the equations in PyTorch's documentation. */
function sgdReference({ lr = 1e-3, momentum = 0, dampening = 0, decay = 0, nesterov = false }): number[] {
  return START.map((start, i) => {
    let p = start;
    let v = 0;
    GRADIENTS.forEach((gradients, t) => {
      let g = (gradients[i] ?? 0) + decay * p;
      if (momentum !== 0) {
        v = t === 0 ? g : momentum * v + (1 - dampening) * g;
        g = nesterov ? g + momentum * v : v;
      }
      p -= lr * g;
    });
    return p;
  });
}

function adamReference({
  lr = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
  decoupled = false,
}): number[] {
  return START.map((start, i) => {
    let [p, m, v] = [start, 0, 0];
    GRADIENTS.forEach((gradients, at) => {
      const t = at + 1;
      const g = (gradients[i] ?? 0) + (decoupled ? 0 : decay * p);
      if (decoupled) p *= 1 - lr * decay;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      p -= (lr * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    });
    return p;
  });
}

describe.each([
  ["SGD", run((p) => new SGD(p, { learningRate: 0.1 })), sgdReference({ lr: 0.1 })],
  [
    "SGD with weight decay",
    run((p) => new SGD(p, { learningRate: 0.1, weightDecay: 0.01 })),
    sgdReference({ lr: 0.1, decay: 0.01 }),
  ],
  [
    "SGD with momentum",
    run((p) => new SGD(p, { learningRate: 0.1, momentum: 0.9 })),
    sgdReference({ lr: 0.1, momentum: 0.9 }),
  ],
  [
    "SGD with damped momentum",
    run((p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.1 })),
    sgdReference({ lr: 0.1, momentum: 0.9, dampening: 0.5, decay: 0.1 }),
  ],
  [
    "SGD with Nesterov's momentum",
    run((p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, nesterov: true })),
    sgdReference({ lr: 0.1, momentum: 0.9, nesterov: true }),
  ],
  ["Adam", run((p) => new Adam(p, { learningRate: 0.05 })), adamReference({ lr: 0.05 })],
  [
    "Adam with other settings",
    run((p) => new Adam(p, { learningRate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1 })),
    adamReference({ lr: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, decay: 0.1 }),
  ],
  [
    "AdamW",
    run((p) => new AdamW(p, { learningRate: 0.05 })),
    adamReference({ lr: 0.05, decay: 0.01, decoupled: true }),
  ],
])("%s", (_, found, wanted) => {
  test("takes the steps that its equations say", () => {
    found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 5));
  });
});

describe("an optimiser", () => {
  const twoParameters = (): [Parameter, Parameter] => [
    new Parameter<Shape>(tensor([1]) as Tensor),
    new Parameter<Shape>(tensor([1]) as Tensor),
  ];

  test("gives groups their own settings, and schedules a factor on all", () => {
    const [a, b] = twoParameters();
    const optimizer = new SGD([{ parameters: [a], learningRate: 0.5 }, { parameters: [b] }], { learningRate: 0.1 });
    optimizer.learningRateFactor = 0.5;
    for (const parameter of [a, b]) give(parameter, [1]);
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([0.75, Math.fround(0.95)]);
    optimizer.learningRate = 0.2;
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([0.2, 0.2]);
  });

  test("uses each gradient once, and says so when there is none", () => {
    const [a] = twoParameters();
    const optimizer = new SGD([a], { learningRate: 1 });
    expect(() => optimizer.step()).toThrow(/no parameter has a gradient that was not used yet/);
    give(a, [0.5]);
    optimizer.step();
    expect(() => optimizer.step()).toThrow(ValueError);
    give(a, [0.5]);
    optimizer.zeroGrad();
    expect(() => optimizer.step()).toThrow(ValueError);
    expect(a.item()).toBe(0.5);
  });

  test("leaves frozen parameters, and those without a gradient, alone", () => {
    const [a, b] = twoParameters();
    const optimizer = new Adam([a, b]);
    give(a, [1]);
    optimizer.step();
    expect(b.item()).toBe(1);
    const after = a.item();
    a.frozen = true;
    give(b, [1]);
    optimizer.step();
    expect([a.item(), b.item() < 1]).toEqual([after, true]);
  });

  test("raises the version of what it writes", () => {
    const [a] = twoParameters();
    const before = a.storage.version;
    give(a, [1]);
    new Adam([a]).step();
    expect(a.storage.version).toBeGreaterThan(before);
  });

  test("goes on from its state with the same bits", () => {
    const straight = run((parameters) => new Adam(parameters, { learningRate: 0.05 }));
    const first = new Parameter<Shape>(tensor(START) as Tensor);
    const before = new Adam([first], { learningRate: 0.05 });
    for (const gradient of GRADIENTS.slice(0, 2)) {
      give(first, gradient);
      before.step();
    }
    const second = new Parameter<Shape>(first.clone());
    const after = new Adam([second]);
    after.loadState(structuredCloneOfValues(before));
    for (const gradient of GRADIENTS.slice(2)) {
      give(second, gradient);
      after.step();
    }
    expect([...second.data()]).toEqual(straight);
  });

  test("forgets what it remembers when it loads a state in which nothing was remembered", () => {
    const [weight] = twoParameters();
    const optimizer = new Adam([weight]);
    const fresh = optimizer.state();
    give(weight, [1]);
    optimizer.step();
    optimizer.loadState(fresh);
    expect(optimizer.state()).toEqual(fresh);
    optimizer.dispose();
  });

  test("refuses the state of another", () => {
    const [a, b] = twoParameters();
    expect(() => new Adam([a]).loadState(new SGD([a]).state())).toThrow(/"SGD" of 1 parameters/);
    expect(() => new Adam([a]).loadState(new Adam([a, b]).state())).toThrow(/"Adam" of 2 parameters/);
    const longer = new Parameter<Shape>(tensor([1, 2]) as Tensor);
    const other = new Adam([longer]);
    give(longer, [1, 2]);
    other.step();
    expect(() => new Adam([a]).loadState(other.state())).toThrow(/0\.expAvg/);
  });

  test("refuses settings and parameters that make no sense", () => {
    const [a] = twoParameters();
    expect(() => new SGD([a], { learningRate: -1 })).toThrow(/learningRate must be a number from 0 up/);
    expect(() => new SGD([a], { learningRate: Number.NaN })).toThrow(ValueError);
    expect(() => new SGD([a], { nesterov: true })).toThrow(/Nesterov/);
    expect(() => new Adam([a], { beta1: 1 })).toThrow(/beta1 must be in \[0, 1\)/);
    expect(() => new Adam([])).toThrow(/no parameters/);
    expect(() => new Adam([a, a])).toThrow(/twice/);
    expect(() => new Adam(new Linear(1, 1) as never)).toThrow(/pass model\.parameters\(\)/);
    expect(() => new SGD([a], { lr: 0.1 } as never)).toThrow(/unknown +lr\n +known +learningRate, momentum/);
    expect(() => new SGD([{ parameters: [a], rate: 0.1 } as never])).toThrow(/unknown +rate/);
    expect(() => new Adam([a, tensor([1]) as never])).toThrow(/takes parameters/);
  });
});

/** As through a file: values by JSON, tensors by a copy. */
function structuredCloneOfValues(optimizer: Optimizer): ReturnType<Optimizer["state"]> {
  const { values, tensors } = optimizer.state();
  return {
    values: JSON.parse(JSON.stringify(values)) as typeof values,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, value.clone()])),
  };
}

describe("clipping", () => {
  const given = (gradient: readonly number[]): Parameter => {
    const parameter = new Parameter<Shape>((tensor(gradient) as Tensor).mul(0));
    give(parameter, gradient);
    return parameter;
  };

  test("shortens all gradients together", () => {
    const parameters = [given([3, 0]), given([0, 4])];
    expect(clipGradNorm(parameters, 1)).toBe(5);
    const [a, b] = parameters.map(({ grad }) => grad?.data());
    expect(a?.[0]).toBeCloseTo(0.6, 5);
    expect(b?.[1]).toBeCloseTo(0.8, 5);
  });

  test("leaves short gradients as they are", () => {
    const parameter = given([0.3, 0.4]);
    clipGradNorm([parameter], 1);
    expect(parameter.grad?.toArray()).toEqual([Math.fround(0.3), Math.fround(0.4)]);
  });

  test("reports a length that is not finite", () => {
    const parameter = given([Number.NaN, 1]);
    expect(clipGradNorm([parameter], 1)).toBeNaN();
    expect(parameter.grad?.data()[1]).toBe(1);
  });

  test("limits single elements", () => {
    const parameter = given([-3, 0.25]);
    clipGradValue([parameter], 0.5);
    expect(parameter.grad?.toArray()).toEqual([-0.5, 0.25]);
  });
});
