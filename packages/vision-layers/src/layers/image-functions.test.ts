import { grad, gradcheck } from "@unfoldjs/autograd";
import * as core from "@unfoldjs/tensor-core";
import { interpolate, memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { distance, drawn, sampled } from "../testing/drawn.ts";
import fixtures from "./image-functions.json" with { type: "json" };

// tooling/oracle/vision/function_fixtures.py writes the numbers.

const functions = {
  adaptiveAvgPool3d: core.adaptiveAvgPool3d,
  adaptiveMaxPool3d: core.adaptiveMaxPool3d,
  avgPool3d: core.avgPool3d,
  conv3d: core.conv3d,
  convTranspose3d: core.convTranspose3d,
  fold: core.fold,
  interpolate: core.interpolate,
  maxPool3d: core.maxPool3d,
  pixelShuffle: core.pixelShuffle,
  pixelUnshuffle: core.pixelUnshuffle,
  tile: core.tile,
  unfold: core.unfold,
} as const;

describe(`functions of images as PyTorch ${fixtures.torch} has them`, () => {
  const named = fixtures.rows.map(
    (row) =>
      [
        `${row.function}(${row.shapes.map((shape) => `[${shape.join()}]`).join()}, ${JSON.stringify(row.arguments)})`,
        row,
      ] as const,
  );
  test.each(named)("%s: value, gradients, nothing left", (_, row) => {
    const called = functions[row.function as keyof typeof functions];
    const given = row.arguments.map((argument) => argument ?? undefined);
    const call = (...inputs: Tensor[]): Tensor => Reflect.apply(called, undefined, [...inputs, ...given]);
    const before = memory().tensors;
    scope(() => {
      const inputs = row.shapes.map((shape, at) => drawn(`input ${at}`, shape));
      const y = call(...inputs);
      expect(y.shape).toEqual(row.outputShape);
      expect(distance(sampled(y), row.result)).toBeLessThan(2e-6);
      const loss = (...leaves: Tensor[]): Tensor =>
        call(...leaves)
          .mul(drawn("dy", row.outputShape))
          .sum();
      for (const [at, wanted] of row.gradients.entries()) {
        const one = (leaf: Tensor): Tensor => loss(...inputs.map((input, i) => (i === at ? leaf : input)));
        const got = grad(one)(inputs[at] as Tensor);
        expect(distance(sampled(got), wanted)).toBeLessThan(3e-6);
      }
    });
    expect(memory().tensors).toBe(before);
  });
});

describe("functions of images", () => {
  const image = drawn("image", [1, 2, 4, 5]);

  test("have the derivatives of differences, of second order too", () => {
    const each: ((x: Tensor) => Tensor)[] = [
      (x) => core.interpolate(x, { size: [3, 7], mode: "bicubic", antialias: true }),
      (x) => core.unfold(x, 2, { stride: 2, padding: 1 }),
      (x) => core.fold(core.unfold(x, [3, 2]), [4, 5], [3, 2]),
      (x) => core.pixelShuffle(core.pixelUnshuffle(core.tile(x, [1, 2, 2]), 2), 2),
      (x) => core.conv3d(x.reshape([1, 2, 2, 2, 5]), drawn("w", [2, 2, 2, 1, 2])),
      (x) => core.convTranspose3d(x.reshape([1, 2, 2, 2, 5]), drawn("w", [2, 2, 2, 1, 2]), undefined, { stride: 2 }),
    ];
    for (const f of each) {
      const { ok, report } = gradcheck(
        grad((x: Tensor) => f(x).square().sum()),
        image,
      );
      expect(ok ? "" : report).toBe("");
    }
  });

  test("take views as they take what lies in order", () => {
    const turned: Tensor = drawn("turned", [5, 4, 2, 1]).permute(3, 2, 1, 0);
    const straight = turned.clone();
    for (const f of [
      (x: Tensor) => core.interpolate(x, { scaleFactor: 1.7, mode: "bilinear" }),
      (x: Tensor) => core.unfold(x, 2),
      (x: Tensor) => core.tile(x, [2, 1]),
      (x: Tensor) => core.pixelShuffle(x.permute(0, 2, 1, 3), 2),
    ]) {
      expect(f(turned).toArray()).toEqual(f(straight).toArray());
    }
  });

  test("of one image without a batch axis are those of a batch of one", () => {
    const volume = drawn("volume", [1, 2, 3, 4, 5]);
    const weight = drawn("w", [2, 2, 2, 2, 2]);
    for (const f of [
      (x: Tensor): Tensor => core.conv3d(x, weight),
      (x: Tensor) => core.convTranspose3d(x, weight),
      (x: Tensor): Tensor => core.maxPool3d(x, { kernel: 2 }),
      (x: Tensor): Tensor => core.avgPool3d(x, { kernel: 2 }),
      (x: Tensor): Tensor => core.adaptiveAvgPool3d(x, 2),
    ]) {
      expect(f(volume.at(0)).toArray()).toEqual(f(volume).at(0).toArray());
    }
    expect(core.unfold(image.at(0), 2).toArray()).toEqual(core.unfold(image, 2).at(0).toArray());
  });

  test("do not mix what weights of 0 keep apart", () => {
    const x = core.tensor([[[1, NaN, 3, Infinity]]]);
    expect(core.interpolate(x, { scaleFactor: 2 }).toArray()).toEqual([[[1, 1, NaN, NaN, 3, 3, Infinity, Infinity]]]);
    expect(core.interpolate(x, { size: 4, mode: "linear" }).toArray()).toEqual(x.toArray());
  });

  test("tile keeps the dtype, and knows no repeats and none at all", () => {
    const x = core.tensor([[1, 2]], "i32");
    expect(core.tile(x, [2, 2]).toArray()).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    expect(core.tile(x, [2, 2]).dtype).toBe("i32");
    expect(core.tile(x, [0]).shape).toEqual([1, 0]);
    const same = core.tile(x, []);
    same.assign(core.tensor([[7, 7]], "i32"));
    expect(x.toArray()).toEqual([[1, 2]]);
  });

  test("refuse what makes no sense", () => {
    const { ShapeError, ValueError } = core;
    expect(() => core.interpolate(image, {})).toThrow(/interpolate.*either size or scaleFactor/s);
    expect(() => core.interpolate(image, { size: 2, scaleFactor: 2 })).toThrow(ValueError);
    expect(() => core.interpolate(image, { size: [2, 3, 4] })).toThrow(ValueError);
    expect(() => core.interpolate(image, { size: 1.5 })).toThrow(ValueError);
    expect(() => core.interpolate(image, { scaleFactor: 0.1 })).toThrow(/would have 0 elements/);
    expect(() => core.interpolate(image, { size: 2, mode: "trilinear" })).toThrow(ShapeError);
    expect(() => core.interpolate(image, { size: 2, alignCorners: true })).toThrow(/lines and cubics/);
    expect(() => core.interpolate(image, { size: 2, mode: "area", antialias: true })).toThrow(ValueError);
    expect(() => core.interpolate(core.zeros([1, 1, 0, 3]), { size: 2 })).toThrow(ShapeError);
    expect(() => core.pixelShuffle(image, 2)).toThrow(/pixelShuffle.*multiple of 4/s);
    expect(() => core.pixelUnshuffle(image, 2)).toThrow(/pixelUnshuffle.*multiples of 2/s);
    expect(() => core.unfold(image, 6)).toThrow(ShapeError);
    expect(() => core.fold(core.zeros([1, 8, 5]), [4, 5], 2)).toThrow(/4 · 3|3 · 4/);
    expect(() => core.tile(image, [-1])).toThrow(ValueError);
    expect(() => core.conv3d(core.zeros([1, 3, 4, 4, 4]), core.zeros([2, 2, 1, 1, 1]))).toThrow(ShapeError);
    expect(() => core.conv3d(core.zeros([1, 2, 1, 4, 4]), core.zeros([2, 2, 2, 1, 1]))).toThrow(/depth/);
    const small = core.zeros([1, 2, 2, 2, 2]);
    const weight = core.zeros([2, 2, 1, 1, 1]);
    expect(() => core.convTranspose3d(small, weight, undefined, { outputPadding: 1 })).toThrow(ValueError);
    expect(() => core.convTranspose3d(small, weight, undefined, { padding: 2 })).toThrow(ShapeError);
    expect(() => core.maxPool3d(small, { kernel: 3 })).toThrow(ShapeError);
    expect(() => core.avgPool3d(small, { kernel: 2, divisorOverride: 0 })).toThrow(ValueError);
  });
});

test("a factor that is rounded away leaves lines and what is smoothed as they are, and moves a cubic, as in PyTorch", () => {
  const row = (mode: "linear" | "bilinear" | "bicubic", antialias = false): number[] => {
    const x = tensor([0, 1, 2, 3, 4]).reshape<Shape, Shape>(mode === "linear" ? [1, 1, 5] : [1, 1, 1, 5]);
    const scaleFactor = mode === "linear" ? 1.15 : [1, 1.15];
    return Array.from(interpolate(x, { mode, scaleFactor, antialias }).data());
  };
  const same = [0, 1, 2, 3, 4];
  expect(row("linear")).toEqual(same);
  expect(row("bilinear")).toEqual(same);
  expect(row("bilinear", true)).toEqual(same);
  expect(row("bicubic", true)).toEqual(same);
  const moved = [-0.043, 0.733, 1.636, 2.533, 3.509];
  for (const [i, value] of row("bicubic").entries()) expect(value).toBeCloseTo(moved[i] ?? Number.NaN, 3);
});
