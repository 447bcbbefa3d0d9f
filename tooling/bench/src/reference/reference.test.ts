import { describe, expect, test } from "vitest";
import { randomArray, uniform } from "../random.ts";
import type { LanguageModelProblem, LeNetProblem, NamedArray, Outputs } from "../work.ts";
import { attention, attentionGradient } from "./attention.ts";
import { convolution, convolutionGradient } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { characterGruStep } from "./character-gru.ts";
import { languageModelStep } from "./language-model.ts";
import { lenetStep } from "./lenet.ts";
import { matmul, matmulGradient } from "./matmul.ts";
import { mlpStep } from "./mlp.ts";
import { slope } from "./slope.ts";

describe("matmul", () => {
  const next = uniform(1);
  const problem = {
    rows: 2,
    inner: 3,
    columns: 2,
    left: randomArray(next, 6),
    right: randomArray(next, 6),
    weight: randomArray(next, 4),
  };

  test("a product by hand", () => {
    const [left, right] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 0, 0, 1, 1, 1)];
    expect(Array.from(matmul({ ...problem, left, right })["product"] ?? [])).toEqual([4, 5, 10, 11]);
  });

  test("operands that are stored transposed, and several products at once", () => {
    // (1 2 3 / 4 5 6) · (1 0 / 0 1 / 1 1), then (1 0 1 / 2 1 0) · (1 2 / 3 4 / 5 6)
    const left = Float32Array.of(1, 2, 3, 4, 5, 6, 1, 0, 1, 2, 1, 0);
    const right = Float32Array.of(1, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5, 6);
    const products = [4, 5, 10, 11, 6, 8, 5, 8];
    const twice = { ...problem, batch: 2, left, right };
    expect(Array.from(matmul(twice)["product"] ?? [])).toEqual(products);
    const leftTransposed = Float32Array.of(1, 4, 2, 5, 3, 6, 1, 2, 0, 1, 1, 0);
    const rightTransposed = Float32Array.of(1, 0, 1, 0, 1, 1, 1, 3, 5, 2, 4, 6);
    const stored = { left: leftTransposed, right: rightTransposed, leftTransposed: true, rightTransposed: true };
    expect(Array.from(matmul({ ...twice, ...stored })["product"] ?? [])).toEqual(products);
  });

  test.each(["left", "right"] as const)("the gradient of %s is the slope of the loss", (side) => {
    const loss = (): number => matmulGradient(problem)["loss"]?.[0] ?? NaN;
    const slopes = problem[side].map((_, i) => slope(loss, problem[side], i));
    Array.from(matmulGradient(problem)[side] ?? []).forEach((value, i) =>
      expect(value).toBeCloseTo(slopes[i] ?? NaN, 5),
    );
  });
});

describe("attention", () => {
  const next = uniform(3);
  const sizes = { batch: 1, heads: 2, length: 3, size: 2 };
  const [query, key, value, upstream] = [1, 2, 3, 4].map(() => randomArray(next, 12)) as Four;

  test("equal scores give the mean, and a large one its value", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const plain = { batch: 1, heads: 1, length: 3, size: 2, value: values };
    const zeros = new Float32Array(6);
    const attended = (q: Float32Array, k: Float32Array): number[] =>
      Array.from(attention({ ...plain, query: q, key: k })["output"] ?? []).map((y) => Math.round(y * 1e9) / 1e9);
    expect(attended(zeros, zeros)).toEqual([3, 4, 3, 4, 3, 4]);
    const [far, near] = [Float32Array.of(100, 0, 100, 0, 0, 100), Float32Array.of(100, 0, 0, 100, 0, 0)];
    expect(attended(far, near)).toEqual([1, 2, 1, 2, 3, 4]);
  });

  test.each(["query", "key", "value"] as const)("the gradient of %s is the slope of the loss", (name) => {
    const problem = { ...sizes, query, key, value, upstream };
    const loss = (): number =>
      Array.from(attention(problem)["output"] ?? []).reduce((sum, y, i) => sum + y * (upstream[i] ?? NaN), 0);
    const slopes = problem[name].map((_, i) => slope(loss, problem[name], i));
    Array.from(attentionGradient(problem)[name] ?? []).forEach((found, i) =>
      expect(found).toBeCloseTo(slopes[i] ?? NaN, 4),
    );
  });
});

type Four = [Float32Array, Float32Array, Float32Array, Float32Array];

describe("convolution", () => {
  const sizes = { batch: 2, channels: 4, size: 4, filters: 4, kernel: 3, padding: 1 };

  test("a map by hand: without padding, then with it", () => {
    const images = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const problem = { batch: 1, channels: 1, size: 3, filters: 1, kernel: 2, groups: 1, images };
    const weight = Float32Array.of(1, 0, 0, -1);
    expect(Array.from(convolution({ ...problem, padding: 0, weight })["maps"] ?? [])).toEqual([-4, -4, -4, -4]);
    expect(Array.from(convolution({ ...problem, padding: 1, weight })["maps"] ?? [])).toEqual([
      -1, -2, -3, 0, -4, -4, -4, 3, -7, -4, -4, 6, 0, 7, 8, 9,
    ]);
  });

  test("groups keep to their own channels", () => {
    const images = Float32Array.from({ length: 4 }, (_, i) => 10 ** i);
    const problem = { batch: 1, channels: 4, size: 1, filters: 4, kernel: 1, padding: 0, images };
    const depthwise = { ...problem, groups: 4, weight: Float32Array.of(1, 2, 3, 4) };
    expect(Array.from(convolution(depthwise)["maps"] ?? [])).toEqual([1, 20, 300, 4000]);
    const pairs = { ...problem, groups: 2, weight: Float32Array.of(1, 1, 2, 0, 0, 3, 1, 1) };
    expect(Array.from(convolution(pairs)["maps"] ?? [])).toEqual([11, 2, 3000, 1100]);
  });

  test.each([
    ["images", 1],
    ["weight", 1],
    ["images", 2],
    ["weight", 2],
  ] as const)("the gradient of %s is the slope of the loss, in %i groups", (side, groups) => {
    const next = uniform(groups);
    const problem = {
      ...sizes,
      groups,
      images: randomArray(next, 2 * 4 * 16),
      weight: randomArray(next, (4 * 4 * 9) / groups),
      upstream: randomArray(next, 2 * 4 * 16),
    };
    const loss = (): number =>
      Array.from(convolution(problem)["maps"] ?? []).reduce((sum, y, i) => sum + y * (problem.upstream[i] ?? NaN), 0);
    const slopes = problem[side].map((_, i) => slope(loss, problem[side], i));
    Array.from(convolutionGradient(problem)[side] ?? []).forEach((value, i) =>
      expect(value).toBeCloseTo(slopes[i] ?? NaN, 4),
    );
  });
});

test.each([
  ["relu", [0, 0, 1, 2]],
  ["add", [0, 2, 4, 6]],
  ["exp", [1 / Math.E, 1, Math.E, Math.E ** 2]],
  ["tanh", [-0.7615941559557649, 0, 0.7615941559557649, 0.9640275800758169]],
  ["softmax", [1 / (1 + Math.E), Math.E / (1 + Math.E), 1 / (1 + Math.E), Math.E / (1 + Math.E)]],
  ["sum", [2]],
] as const)("%s of a few numbers", (name, expected) => {
  const [x, y] = [Float32Array.of(-1, 0, 1, 2), Float32Array.of(1, 2, 3, 4)];
  const result = elementwise({ function: name, rows: 2, columns: 2, x, y })["result"];
  expect(result).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(result?.[i]).toBeCloseTo(value, 12));
});

describe("LeNet", () => {
  const next = uniform(2);
  const layer = (name: string, shape: readonly number[]): LeNetProblem["parameters"][number] => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return { name, shape, values: randomArray(next, size, 2 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 16))) };
  };
  const problem: LeNetProblem = {
    batch: 1,
    images: randomArray(next, 784),
    labels: Int32Array.of(3),
    parameters: [
      layer("conv1.weight", [6, 1, 5, 5]),
      layer("conv1.bias", [6]),
      layer("conv2.weight", [16, 6, 5, 5]),
      layer("conv2.bias", [16]),
      layer("fc1.weight", [120, 400]),
      layer("fc1.bias", [120]),
      layer("fc2.weight", [84, 120]),
      layer("fc2.bias", [84]),
      layer("fc3.weight", [10, 84]),
      layer("fc3.bias", [10]),
    ],
  };
  const expected = lenetStep(problem);

  test.each(problem.parameters.map(({ name, values }, i) => ({ name, values, i })))(
    "slope of $name",
    ({ values, i }) => {
      const { gradients = [] } = expected;
      const start = problem.parameters.slice(0, i).reduce((sum, before) => sum + before.values.length, 0);
      const largest = values.reduce(
        (best, _, at) => (Math.abs(gradients[start + at] ?? 0) > Math.abs(gradients[start + best] ?? 0) ? at : best),
        0,
      );
      const numeric = slope(() => lenetStep(problem)["loss"]?.[0] ?? NaN, values, largest);
      // ReLU and pooling have corners: near enough to tell a wrong sum from a right one.
      expect(gradients[start + largest]).not.toBe(0);
      expect(Math.abs(numeric / (gradients[start + largest] ?? NaN) - 1)).toBeLessThan(0.05);
    },
  );

  test("a step of Adam lowers the loss", () => {
    const { loss, nextLoss } = expected;
    expect(nextLoss?.[0]).toBeLessThan(loss?.[0] ?? NaN);
  });
});

describe("small training steps", () => {
  const next = uniform(3);
  const arrays = (...shapes: readonly (readonly number[])[]): readonly NamedArray[] =>
    shapes.map((shape, i) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return { name: `${i}`, shape, values: randomArray(next, size) };
    });
  const ofMlp = arrays([5, 3], [5], [4, 5], [4]);
  const mlp = { batch: 2, inputs: randomArray(next, 6), labels: Int32Array.of(3, 0), parameters: ofMlp };
  const ofGru = arrays([6, 4], [12, 4], [12, 4], [12], [12], [6, 4], [6]);
  const text = { characters: Int32Array.of(1, 4, 1), next: Int32Array.of(4, 1, 5), parameters: ofGru };

  const languageModel = (cell: "lstm" | "gru"): LanguageModelProblem => {
    const gates = cell === "lstm" ? 4 : 3;
    const layer = [[gates * 3, 3], [gates * 3, 3], [gates * 3], [gates * 3]];
    return {
      cell,
      layers: 2,
      width: 3,
      vocabulary: 4,
      time: 3,
      batch: 2,
      tokens: Int32Array.of(0, 3, 1, 1, 2, 0),
      next: Int32Array.of(1, 1, 2, 0, 3, 3),
      parameters: arrays([4, 3], ...layer, ...layer, [4, 3], [4]),
    };
  };
  const [lstm, gru] = [languageModel("lstm"), languageModel("gru")];

  test.each<[string, readonly NamedArray[], () => Outputs]>([
    ["LSTM language model", lstm.parameters, () => languageModelStep(lstm)],
    ["GRU language model", gru.parameters, () => languageModelStep(gru)],
    ["multilayer perceptron", ofMlp, () => mlpStep(mlp)],
    ["character GRU", ofGru, () => characterGruStep(text)],
  ])("%s: gradients are slopes, and a step of Adam lowers the loss", (_, parameters, step) => {
    const { gradients, loss, nextLoss } = step();
    const slopes = parameters.flatMap(({ values }) =>
      Array.from(values, (_value, i) => slope(() => step()["loss"]?.[0] ?? NaN, values, i)),
    );
    expect(gradients).toHaveLength(slopes.length);
    slopes.forEach((value, i) => expect(gradients?.[i]).toBeCloseTo(value, 4));
    expect(nextLoss?.[0]).toBeLessThan(loss?.[0] ?? NaN);
  });
});
