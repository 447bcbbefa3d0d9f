import { describe, expect, test } from "vitest";
import type { NormGradientProblem, RecurrenceGradientProblem } from "../layer-problems.ts";
import { randomArray, uniform } from "../random.ts";
import type { GptProblem, NamedArray, Outputs } from "../work.ts";
import { gptStep } from "./gpt.ts";
import { normGradient } from "./norms.ts";
import { recurrence, recurrenceGradient } from "./recurrence.ts";
import { causalAttention, gelu } from "./row-layers.ts";
import { slope } from "./slope.ts";

function weightedSum(output: Outputs[string] | undefined, upstream: Float32Array): number {
  return Array.from(output ?? []).reduce((sum, y, i) => sum + y * (upstream[i] ?? NaN), 0);
}

/** What a gradient must be, to four digits. */
function slopes(loss: () => number, values: Float32Array): readonly unknown[] {
  return Array.from(values, (_, i) => expect.closeTo(slope(loss, values, i), 4));
}

describe.each([
  ["lstm", 4],
  ["gru", 3],
] as const)("%s", (kind, gates) => {
  const [time, batch, features, hidden] = [3, 2, 3, 2];
  const next = uniform(gates);
  const rows = gates * hidden;
  const problem: RecurrenceGradientProblem = {
    kind,
    time,
    batch,
    features,
    hidden,
    x: randomArray(next, time * batch * features),
    weightIh: randomArray(next, rows * features),
    weightHh: randomArray(next, rows * hidden),
    biasIh: randomArray(next, rows),
    biasHh: randomArray(next, rows),
    upstream: randomArray(next, time * batch * hidden),
  };

  test.each(["x", "weightIh", "weightHh", "biasIh", "biasHh"] as const)("the gradient of %s is a slope", (name) => {
    const loss = (): number => weightedSum(recurrence(problem)["output"], problem.upstream);
    expect(Array.from(recurrenceGradient(problem)[name] ?? [])).toEqual(slopes(loss, problem[name]));
  });
});

describe("two steps of one unit, by hand", () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const sizes = { time: 2, batch: 1, features: 1, hidden: 1, x: Float32Array.of(1, 2) };

  test("lstm: i, f, g, o", () => {
    const output = recurrence({
      ...sizes,
      kind: "lstm",
      weightIh: Float32Array.of(1, 2, 3, 4),
      weightHh: Float32Array.of(0.5, 0.25, -1, 2),
      biasIh: Float32Array.of(0, 1, 0, -1),
      biasHh: Float32Array.of(1, 0, 0.5, 0),
    })["output"];
    const c = sigmoid(2) * Math.tanh(3.5);
    const h = sigmoid(3) * Math.tanh(c);
    const next = sigmoid(5 + h / 4) * c + sigmoid(3 + h / 2) * Math.tanh(6.5 - h);
    expect(Array.from(output ?? [])).toEqual([
      expect.closeTo(h, 12),
      expect.closeTo(sigmoid(7 + 2 * h) * Math.tanh(next), 12),
    ]);
  });

  test("gru: r, z, n, and r after the state's product", () => {
    const output = recurrence({
      ...sizes,
      kind: "gru",
      weightIh: Float32Array.of(1, -0.5, 2),
      weightHh: Float32Array.of(0.5, 1, -1),
      biasIh: Float32Array.of(0, 1, 0.25),
      biasHh: Float32Array.of(1, 0, 0.5),
    })["output"];
    const h = (1 - sigmoid(0.5)) * Math.tanh(2.25 + sigmoid(2) * 0.5);
    const z = sigmoid(h);
    const n = Math.tanh(4.25 + sigmoid(3 + h / 2) * (0.5 - h));
    expect(Array.from(output ?? [])).toEqual([expect.closeTo(h, 12), expect.closeTo((1 - z) * n + z * h, 12)]);
  });
});

describe("norms", () => {
  test("a row and a channel by hand, up to epsilon", () => {
    const given = {
      epsilon: 0,
      x: Float32Array.of(1, 3, 10, 30),
      weight: Float32Array.of(2, 3),
      bias: Float32Array.of(0, 1),
      upstream: new Float32Array(4),
    };
    expect(Array.from(normGradient({ ...given, kind: "layer", shape: [2, 2] })["y"] ?? [])).toEqual([-2, 4, -2, 4]);
    // Two images of two channels of one number: each channel over both.
    const images = normGradient({ ...given, kind: "batch", shape: [2, 2, 1, 1] });
    expect(Array.from(images["y"] ?? [])).toEqual([-2, -2, 2, 4]);
  });

  test.each<[NormGradientProblem["kind"], readonly number[], number]>([
    ["layer", [3, 4], 4],
    ["batch", [2, 3, 2, 2], 3],
  ])("gradients of a %s norm are slopes", (kind, shape, weights) => {
    const next = uniform(weights);
    const size = shape.reduce((product, axis) => product * axis, 1);
    const problem = {
      kind,
      shape,
      epsilon: 0.1,
      x: randomArray(next, size),
      weight: randomArray(next, weights),
      bias: randomArray(next, weights),
      upstream: randomArray(next, size),
    };
    const loss = (): number => weightedSum(normGradient(problem)["y"], problem.upstream);
    for (const name of ["x", "weight", "bias"] as const) {
      expect(Array.from(normGradient(problem)[name] ?? [])).toEqual(slopes(loss, problem[name]));
    }
  });
});

describe("gpt", () => {
  const next = uniform(5);
  const [batch, time, heads, width, vocabulary] = [2, 3, 2, 4, 5];
  const array = (...shape: readonly number[]): NamedArray => {
    const values = randomArray(
      next,
      shape.reduce((product, size) => product * size, 1),
    );
    return { name: String(shape), shape, values };
  };
  const layer = (): readonly NamedArray[] => [
    array(3 * width, width),
    array(3 * width),
    array(width, width),
    array(width),
    array(6, width),
    array(6),
    array(width, 6),
    array(width),
    array(width),
    array(width),
    array(width),
    array(width),
  ];
  const problem: GptProblem = {
    batch,
    time,
    heads,
    tokens: Int32Array.of(1, 4, 1, 0, 3, 2),
    next: Int32Array.of(4, 1, 2, 3, 2, 0),
    parameters: [array(vocabulary, width), array(time, width), ...layer(), ...layer(), array(width), array(width)],
  };
  const loss = (): number => gptStep(problem)["loss"]?.[0] ?? NaN;
  const { gradients, nextLoss } = gptStep(problem);

  test("gradients are slopes, and a step of Adam lowers the loss", () => {
    const expected = problem.parameters.flatMap(({ values }) => slopes(loss, values));
    expect(Array.from(gradients ?? [])).toEqual(expected);
    expect(nextLoss?.[0]).toBeLessThan(loss());
  });
});

test("a causal head does not look ahead", () => {
  const next = uniform(6);
  const layer = causalAttention(1, 3, 2);
  const x = Float64Array.from(randomArray(next, 3 * 12));
  const before = layer.forward(x);
  const after = layer.forward(x.map((value, i) => (i < 24 ? value : value + 1)));
  expect(after.slice(0, 8)).toEqual(before.slice(0, 8));
  expect(after.slice(8)).not.toEqual(before.slice(8));
  // The first place sees itself alone: its own values, heads beside each other.
  expect(Array.from(before.slice(0, 4))).toEqual(Array.from(x.slice(8, 12)));
});

test("gelu at a few places", () => {
  const y = gelu().forward(Float64Array.of(-9, -1, 0, 1, 9));
  expect(Array.from(y)).toEqual([
    expect.closeTo(0, 12),
    expect.closeTo(-0.15865525393145707, 12),
    0,
    expect.closeTo(0.8413447460685429, 12),
    9,
  ]);
});
