import { Generator, ShapeError, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { defaultGenerator, manualSeed, withGenerator } from "./default-generator.ts";
import { calculateGain } from "./gain.ts";
import { kaimingNormal, kaimingUniform } from "./kaiming.ts";
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
