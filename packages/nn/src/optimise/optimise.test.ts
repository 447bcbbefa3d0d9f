import { FormatError, type Shape, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Parameter } from "../module/parameter.ts";
import { Adam, AdamW } from "./adam.ts";
import { clipGradNorm, clipGradValue } from "./clip.ts";
import type { Optimizer } from "./optimizer.ts";
import { SGD } from "./sgd.ts";
import { SparseAdam } from "./sparse-adam.ts";

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
function sgdReference({
  lr = 1e-3,
  momentum = 0,
  dampening = 0,
  decay = 0,
  nesterov = false,
  maximize = false,
}): number[] {
  return START.map((start, i) => {
    let p = start;
    let v = 0;
    GRADIENTS.forEach((gradients, t) => {
      let g = (maximize ? -1 : 1) * (gradients[i] ?? 0) + decay * p;
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
  amsgrad = false,
  maximize = false,
}): number[] {
  return START.map((start, i) => {
    let [p, m, v, most] = [start, 0, 0, 0];
    GRADIENTS.forEach((gradients, at) => {
      const t = at + 1;
      const g = (maximize ? -1 : 1) * (gradients[i] ?? 0) + (decoupled ? 0 : decay * p);
      if (decoupled) p *= 1 - lr * decay;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      most = Math.max(most, v);
      p -= (lr * (m / (1 - beta1 ** t))) / (Math.sqrt((amsgrad ? most : v) / (1 - beta2 ** t)) + epsilon);
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
  [
    "SGD uphill",
    run((p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, maximize: true })),
    sgdReference({ lr: 0.1, momentum: 0.9, decay: 0.1, maximize: true }),
  ],
  [
    "Adam uphill",
    run((p) => new Adam(p, { learningRate: 0.05, weightDecay: 0.1, maximize: true })),
    adamReference({ lr: 0.05, decay: 0.1, maximize: true }),
  ],
  [
    "AMSGrad",
    run((p) => new Adam(p, { learningRate: 0.05, beta2: 0.5, weightDecay: 0.1, amsgrad: true })),
    adamReference({ lr: 0.05, beta2: 0.5, decay: 0.1, amsgrad: true }),
  ],
  [
    "AdamW with the largest square, uphill",
    run((p) => new AdamW(p, { learningRate: 0.05, beta2: 0.5, amsgrad: true, maximize: true })),
    adamReference({ lr: 0.05, beta2: 0.5, decay: 0.01, decoupled: true, amsgrad: true, maximize: true }),
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

  test.each([
    ["Adam", (p: Parameter[]) => new Adam(p, { learningRate: 0.05 }), (p: Parameter[]) => new Adam(p)],
    [
      "AMSGrad, where another was built",
      (p: Parameter[]) => new Adam(p, { learningRate: 0.05, beta2: 0.5, amsgrad: true }),
      (p: Parameter[]) => new Adam(p),
    ],
    [
      "SGD with momentum, where one without was built",
      (p: Parameter[]) => new SGD(p, { momentum: 0.9 }),
      (p: Parameter[]) => new SGD(p),
    ],
    [
      "SGD without momentum, where one with was built",
      (p: Parameter[]) => new SGD(p),
      (p: Parameter[]) => new SGD(p, { momentum: 0.9 }),
    ],
  ])("goes on from its state with the same bits: %s", (_, build, rebuild) => {
    const straight = run(build);
    const first = new Parameter<Shape>(tensor(START) as Tensor);
    const before = build([first]);
    for (const gradient of GRADIENTS.slice(0, 2)) {
      give(first, gradient);
      before.step();
    }
    const second = new Parameter<Shape>(first.clone());
    const after = rebuild([second]);
    give(second, START); // something to be forgotten
    after.step();
    second.assign(first);
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
    expect(() => new Adam([a], { amsgrad: 1 as never })).toThrow(/amsgrad must be a boolean/);
    expect(() => new Adam([a, tensor([1]) as never])).toThrow(/parameters\[1\] must be a parameter, or a group/);
  });
});

describe("a state that makes no sense", () => {
  const optimisers = {
    SGD: (p: Parameter[]) => new SGD(p, { momentum: 0.9 }),
    Adam: (p: Parameter[]) => new Adam(p, { amsgrad: true }),
    AdamW: (p: Parameter[]) => new AdamW(p),
    SparseAdam: (p: Parameter[]) => new SparseAdam(p),
  };
  type Values = Readonly<Record<string, object>>;
  type Fault = (state: { values: Values; tensors: Record<string, Tensor> }) => unknown;
  const groupOf = ({ groups }: Values): object => (groups as readonly object[] | undefined)?.[0] ?? {};
  const group =
    (settings: object): Fault =>
    ({ values, tensors }) => ({
      values: { ...values, groups: [{ ...groupOf(values), ...settings }] },
      tensors,
    });
  const value =
    (changed: object): Fault =>
    ({ values, tensors }) => ({ values: { ...values, ...changed }, tensors });
  const faults: Record<string, Fault> = {
    nothing: () => undefined,
    "an empty record": () => ({}),
    "no tensors": ({ values }) => ({ values }),
    "no values": ({ tensors }) => ({ tensors, values: null }),
    "a text": () => "state",
    "no groups": value({ groups: null }),
    "groups of something else": value({ groups: [null] }),
    "a negative rate": group({ learningRate: -1 }),
    "a rate that JSON lost": group({ learningRate: null }),
    "a rate that is text": group({ learningRate: "0.1" }),
    "an unknown setting": group({ lr: 0.1 }),
    "NaN updates": value({ updates: { 0: Number.NaN } }),
    "updates that JSON lost": value({ updates: { 0: null } }),
    "negative updates": value({ updates: { 0: -1 } }),
    "half an update": value({ updates: { 0: 1.5 } }),
    "a list of updates": value({ updates: [1] }),
    "updates of a parameter that is not there": value({ updates: { 1: 1 } }),
    "a negative factor": value({ learningRateFactor: -1 }),
    "a factor that JSON lost": value({ learningRateFactor: null }),
    "another optimiser's name": value({ optimizer: "Rprop" }),
    "tensors of another shape": ({ values, tensors }) => ({
      values: { ...values, updates: { 0: 1 } },
      tensors: Object.fromEntries([...Object.keys(tensors), "0.velocity", "0.expAvg"].map((key) => [key, tensor([1])])),
    }),
    "tensors that are arrays": ({ values }) => ({
      values: { ...values, updates: { 0: 1 } },
      tensors: { "0.velocity": [1, 2, 3, 4, 5], "0.expAvg": [1, 2, 3, 4, 5] },
    }),
  };
  const cases = Object.entries(optimisers).flatMap(([name, make]) =>
    Object.entries(faults).map(([fault, damage]) => [name, fault, make, damage] as const),
  );

  test.each(cases)("is refused by %s, and changes nothing: %s", (_name, _fault, make, damage) => {
    const parameter = new Parameter<Shape>(tensor(START) as Tensor);
    const optimizer = make([parameter]);
    // A step with whatever gradient it takes, so that there is something to lose.
    if (optimizer instanceof SparseAdam) optimizer.learningRate = 0.25;
    else {
      give(parameter, GRADIENTS[0] ?? []);
      optimizer.step();
    }
    const { values, tensors } = structuredCloneOfValues(optimizer);
    expect(() => optimizer.loadState(damage({ values: values as never, tensors: tensors as never }) as never)).toThrow(
      FormatError,
    );
    const after = structuredCloneOfValues(optimizer);
    expect(after.values).toEqual(values);
    const arrays = (of: typeof tensors): unknown => Object.entries(of).map(([name, t]) => [name, t.toArray()]);
    expect(arrays(after.tensors)).toEqual(arrays(tensors));
  });

  test("may not be made by hand either: a step refuses it before any parameter moves", () => {
    const [a, b] = [1, 2].map((value_) => new Parameter<Shape>(tensor([value_]) as Tensor)) as [Parameter, Parameter];
    const optimizer = new SGD([{ parameters: [a] }, { parameters: [b] }]);
    for (const parameter of [a, b]) give(parameter, [1]);
    expect(() => (optimizer.learningRateFactor = Number.NaN)).toThrow(ValueError);
    expect(() => (optimizer.learningRate = -1)).toThrow(ValueError);
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([1e-3, 1e-3]);
    Object.assign(optimizer.groups[1] ?? {}, { learningRate: Number.NaN });
    expect(() => optimizer.step()).toThrow(ValueError);
    expect([a.item(), b.item()]).toEqual([1, 2]);
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

  test("counts a parameter that comes twice once", () => {
    const shared = given([3, 4]);
    expect(clipGradNorm([shared, shared], 1)).toBe(5);
    expect(shared.grad?.data()[0]).toBeCloseTo(0.6, 5);
  });

  test("gives the length alone where there is no limit", () => {
    const parameter = given([3, 4]);
    expect(clipGradNorm([parameter], Infinity)).toBe(5);
    expect(parameter.grad?.toArray()).toEqual([3, 4]);
    expect(() => clipGradNorm([parameter], Number.NaN)).toThrow(ValueError);
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
