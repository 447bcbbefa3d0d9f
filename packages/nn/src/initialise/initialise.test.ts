import { eye, Generator, memory, type Shape, ShapeError, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { defaultGenerator, manualSeed, withGenerator } from "./default-generator.ts";
import { calculateGain } from "./gain.ts";
import { kaimingNormal, kaimingUniform } from "./kaiming.ts";
import { orthogonal } from "./orthogonal.ts";
import { normal, uniform } from "./spread.ts";
import { xavierNormal, xavierUniform } from "./xavier.ts";

const SHAPE = [40, 30, 5, 5] as const; // fanIn 750, fanOut 1000
const generator = (): Generator => new Generator(11);

function deviationOf(x: Tensor): number {
  const values = x.data();
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

const largest = (x: Tensor): number => x.data().reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("initialisers have the spread that their papers say", () => {
  const cases: [string, Tensor, number, number?][] = [
    ["kaimingNormal", kaimingNormal(SHAPE, { generator: generator() }), Math.sqrt(2 / 750)],
    ["kaimingNormal fanOut", kaimingNormal(SHAPE, { mode: "fanOut", generator: generator() }), Math.sqrt(2 / 1000)],
    [
      "kaimingNormal tanh",
      kaimingNormal(SHAPE, { nonlinearity: "tanh", generator: generator() }),
      5 / 3 / Math.sqrt(750),
    ],
    ["kaimingUniform", kaimingUniform(SHAPE, { generator: generator() }), Math.sqrt(2 / 750), Math.sqrt(6 / 750)],
    [
      "kaimingUniform leaky",
      kaimingUniform(SHAPE, { negativeSlope: 1, generator: generator() }),
      Math.sqrt(1 / 750),
      Math.sqrt(3 / 750),
    ],
    ["xavierNormal", xavierNormal(SHAPE, { generator: generator() }), Math.sqrt(2 / 1750)],
    [
      "xavierUniform",
      xavierUniform(SHAPE, { gain: 2, generator: generator() }),
      2 * Math.sqrt(2 / 1750),
      2 * Math.sqrt(6 / 1750),
    ],
    ["normal", normal(SHAPE, { deviation: 3, generator: generator() }), 3],
    ["uniform", uniform(SHAPE, { low: -2, high: 2, generator: generator() }), 2 / Math.sqrt(3), 2],
  ];
  test.each(cases)("%s", (_, values, deviation, bound = Infinity) => {
    expect(deviationOf(values) / deviation).toBeCloseTo(1, 1);
    expect(largest(values)).toBeLessThanOrEqual(bound * (1 + 1e-6));
  });

  test("gains are PyTorch's", () => {
    expect([
      calculateGain("linear"),
      calculateGain("tanh"),
      calculateGain("relu"),
      calculateGain("leakyRelu", 1),
    ]).toEqual([1, 5 / 3, Math.SQRT2, 1]);
  });

  test("a bias has no fans", () => {
    expect(() => kaimingUniform([5])).toThrow(ShapeError);
    expect(() => xavierNormal([])).toThrow(/at least two axes/);
  });
});

describe("orthogonal", () => {
  /** Furthest that the products of rows (or columns) with each other are from those of an orthogonal matrix. */
  function skew(x: Tensor, square: number): number {
    const [out = 0] = x.shape;
    const flat = x.reshape([out, x.size / out]);
    const products = out <= x.size / out ? flat.matmul(flat.transpose()) : flat.transpose().matmul(flat);
    return products
      .sub(eye(products.shape[0] ?? 0).mul(square))
      .abs()
      .max()
      .item();
  }
  test.each([[[5, 5]], [[3, 8]], [[8, 3]], [[6, 2, 3, 3]], [[64, 64]], [[1, 1]]] as const)(
    "%j: the fewer of rows and columns are 1 long, times the gain, and at right angles",
    (shape) => {
      expect(skew(orthogonal<Shape>(shape, { generator: generator() }), 1)).toBeLessThan(1e-6);
      expect(skew(orthogonal<Shape>(shape, { gain: 2, generator: generator() }), 4)).toBeLessThan(4e-6);
    },
  );

  test("takes both rotations and reflections, and each direction alike", () => {
    const drawn = new Generator(3);
    const all = Array.from({ length: 4000 }, () => orthogonal([2, 2], { generator: drawn }).data());
    const determinants = all.map(([a = 0, b = 0, c = 0, d = 0]) => a * d - b * c);
    expect(Math.abs(determinants.reduce((sum, each) => sum + each, 0) / 4000)).toBeLessThan(0.06);
    for (const at of [0, 1, 2, 3]) {
      // A coordinate of a point that is uniform on the circle: mean 0, mean square 1/2.
      expect(Math.abs(all.reduce((sum, values) => sum + (values[at] ?? 0), 0) / 4000)).toBeLessThan(0.04);
      expect(all.reduce((sum, values) => sum + (values[at] ?? 0) ** 2, 0) / 4000).toBeCloseTo(0.5, 1);
    }
  });

  test("has two axes, which may be empty, and leaves nothing behind", () => {
    expect(orthogonal([0, 3]).shape).toEqual([0, 3]);
    expect(() => orthogonal([3])).toThrow(ShapeError);
    const before = memory().bytes;
    orthogonal([4, 4]).dispose();
    expect(memory().bytes).toBe(before);
  });
});

describe("the default generator", () => {
  test("starts afresh with manualSeed", () => {
    const draw = (): unknown => defaultGenerator().uniform([3]).toArray();
    const seeded = manualSeed(1);
    expect(defaultGenerator()).toBe(seeded);
    const first = draw();
    expect(draw()).not.toEqual(first);
    manualSeed(1);
    expect(draw()).toEqual(first);
    expect(() => manualSeed(-1)).toThrow(ValueError);
  });

  test("is another one for a while", () => {
    const before = defaultGenerator();
    const other = new Generator(2);
    expect(withGenerator(other, () => defaultGenerator())).toBe(other);
    expect(() =>
      withGenerator(other, () => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(defaultGenerator()).toBe(before);
  });
});
