import { grad } from "@unfoldjs/autograd";
import { decodeModel, encodeModel, type Layer } from "@unfoldjs/nn";
import { Generator, memory, scope, ShapeError, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import { Conv1d } from "./conv1d.ts";
import { ConvTranspose1d, ConvTranspose2d } from "./conv-transpose.ts";
import fixtures from "./layer-fixtures.json" with { type: "json" };
import { MaxPool1d } from "./pooling.ts";

describe(`layers as PyTorch ${fixtures.torch} has them`, () => {
  const named = fixtures.rows.map(
    (row) => [`${row.layer}(${JSON.stringify(row.arguments)}, ${JSON.stringify(row.options)})`, row] as const,
  );
  test.each(named)("%s: keys and shapes, result and gradient; from a file; nothing left", (_, row) => {
    const given = Object.keys(row.options).length === 0 ? row.arguments : [...row.arguments, row.options];
    const layer = fill<Layer>(Reflect.construct(layers[row.layer] as never, given));
    const shapes = Object.entries(layer.stateDict()).map(([key, value]) => [key, value.shape] as const);
    expect(Object.fromEntries(shapes)).toEqual(row.state);
    const built = decodeModel(encodeModel(layer, { layers }), { layers }) as Layer;
    expect(String(built)).toBe(String(layer));
    const before = memory().tensors;
    scope(() => {
      const x = drawn("input", row.shape);
      const y = layer.forward(x);
      expect(y.shape).toEqual(row.outputShape);
      expect(distance(sampled(y), row.result)).toBeLessThan(2e-6);
      expect(built.forward(x).toArray()).toEqual(y.toArray());
      const got = grad((leaf: Tensor) => layer.forward(leaf).mul(drawn("dy", row.outputShape)).sum())(x);
      expect(distance(sampled(got), row.gradient)).toBeLessThan(2e-6);
    });
    expect(memory().tensors).toBe(before);
  });
});

test("a causal convolution sees nothing that comes later", () => {
  const layer = new Conv1d(1, 1, 3, { padding: "causal", dilation: 2, generator: new Generator(1) });
  const x = new Generator(2).normal([1, 1, 12]);
  const changed = x.clone();
  changed.at(0, 0, 7).assign(tensor(50));
  const differs = layer.forward(x).sub(layer.forward(changed)).data();
  expect([...differs].map((value) => value !== 0)).toEqual(
    [7, 9, 11].reduce((row, at) => row.with(at, true), Array(12).fill(false)),
  );
});

test("transposed convolutions start as PyTorch's: uniform in ±1/√(second axis · kernel), the bias too", () => {
  const { weight, bias } = new ConvTranspose2d(8, 64, 5, { groups: 2, generator: new Generator(2) });
  const bound = 1 / Math.sqrt(32 * 25);
  expect(weight.shape).toEqual([8, 32, 5, 5]);
  expect(bias?.shape).toEqual([64]);
  for (const drawnValues of [weight, bias]) {
    const values = [...(drawnValues?.data() ?? [])];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
    expect(values.reduce((sum, w) => sum + w * w, 0) / values.length / (bound * bound)).toBeCloseTo(1 / 3, 1);
  }
});

test("what makes no sense is refused by the layer's name", () => {
  expect(() => new Conv1d(4, 8, 3, { groups: 3 })).toThrow(/Conv1d.*groups must divide/s);
  expect(() => new Conv1d(4, 8, [3, 3] as never)).toThrow(ValueError);
  expect(() => new Conv1d(4, 8, 3, { padding: "causal", paddingMode: "circular" })).toThrow(/what comes later/);
  expect(() => new Conv1d(4, 8, 3).forward(zeros([1, 3, 9]) as never)).toThrow(ShapeError);
  expect(() => new ConvTranspose1d(4, 8, 3, { outputPadding: 1 })).toThrow(/ConvTranspose1d.*outputPadding must be/s);
  expect(() => new ConvTranspose2d(4, 9, 3, { groups: 2 })).toThrow(/ConvTranspose2d.*groups must divide/s);
  expect(() => new ConvTranspose2d(4, 8, 3, { padding: "same" as never })).toThrow(ValueError);
  expect(() => new MaxPool1d(2, { padding: [0, 1, 2] as never })).toThrow(ValueError);
  expect(() => new MaxPool1d(9).forward(zeros([1, 1, 4]))).toThrow(ShapeError);
});
