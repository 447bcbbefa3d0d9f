import { describe, expect, test } from "vitest";
import { Generator, ShapeError, ValueError } from "../index.node.ts";

describe("a generator", () => {
  test("gives the same numbers for the same seed, and others for another", () => {
    const draw = (seed: number) => [...new Generator(seed).uniform([100]).data()];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7)).not.toEqual(draw(7 + 2 ** 32)); // the high half of the seed counts
  });

  test("gives the known numbers of Philox 4×32-10", () => {
    // Random123's first vector: key 0, counter 0 gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
    const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
    expect([...new Generator(0).uniform([4]).data()]).toEqual(words.map((word) => (word >>> 8) / 2 ** 24));
  });

  test("goes on where its state was taken, whatever came between", () => {
    const generator = new Generator(3);
    generator.normal([5]);
    generator.integers([3], 0, 10);
    const state = generator.state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    const after = generator.normal([9]).data();
    const other = new Generator(99);
    other.permutation(4);
    other.restore(state);
    expect(other.normal([9]).data()).toEqual(after);
    expect(other.state()).toEqual(generator.state());
  });

  test("never gives the same numbers twice in a row", () => {
    const generator = new Generator(1);
    const calls = [
      () => generator.uniform([6]),
      () => generator.normal([6]),
      () => generator.integers([6], 0, 1000),
      () => generator.permutation(6),
      () => generator.bernoulli([40], 0.5),
    ];
    for (const call of calls) expect(call().data()).not.toEqual(call().data());
  });

  test("starts afresh on manualSeed", () => {
    const generator = new Generator(5);
    const first = generator.uniform([4]).data();
    expect(generator.manualSeed(5).uniform([4]).data()).toEqual(first);
  });
});

describe("distributions", () => {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

  test("uniform, normal and Bernoulli numbers have the moments they should", () => {
    const generator = new Generator(11);
    const uniform = generator.uniform([20_000], -1, 3).data();
    expect(mean(uniform)).toBeCloseTo(1, 1);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...uniform)).toBeLessThan(3);
    const normal = generator.normal([20_000], 2, 0.5).data();
    expect(mean(normal)).toBeCloseTo(2, 1);
    expect(Math.sqrt(mean(normal.map((value) => (value - 2) ** 2)))).toBeCloseTo(0.5, 1);
    expect(mean(generator.bernoulli([20_000], 0.3).data())).toBeCloseTo(0.3, 1);
  });

  test("a dropout mask keeps the expected sum", () => {
    const mask = new Generator(2).dropoutMask([20_000], 0.75).data();
    expect(new Set(mask)).toEqual(new Set([0, 4]));
    expect(mean(mask)).toBeCloseTo(1, 1);
    expect(new Set(new Generator(2).dropoutMask([50], 0).data())).toEqual(new Set([1]));
    expect(new Set(new Generator(2).dropoutMask([50], 1).data())).toEqual(new Set([0]));
  });

  test("integers cover their range, also the whole of i32", () => {
    const dice = new Generator(4).integers([1000], 1, 7);
    expect(dice.dtype).toBe("i32");
    expect(new Set(dice.data())).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    const all = new Generator(4).integers([1000], -(2 ** 31), 2 ** 31 - 1).data();
    expect(Math.min(...all)).toBeLessThan(-(2 ** 30));
    expect(Math.max(...all)).toBeGreaterThan(2 ** 30);
  });

  test("a permutation holds every number once", () => {
    const order = new Generator(6).permutation(257).data();
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 257 }, (_, i) => i));
    expect(new Generator(6).permutation(0).shape).toEqual([0]);
  });
});

test.each([
  ["a negative seed", () => new Generator(-1), ValueError, /seed must be a whole number/],
  ["a fractional seed", () => new Generator(0.5), ValueError, /seed must be a whole number/],
  ["an empty interval", () => new Generator().uniform([2], 1, 1), ValueError, /low < high/],
  ["an infinite interval", () => new Generator().uniform([2], 0, Infinity), ValueError, /finite/],
  ["a negative deviation", () => new Generator().normal([2], 0, -1), ValueError, /deviation/],
  ["no integers", () => new Generator().integers([2], 3, 3), ValueError, /low < high/],
  ["integers beyond i32", () => new Generator().integers([2], 0, 2 ** 31), ValueError, /range of i32/],
  ["a percentage", () => new Generator().dropoutMask([2], 20), ValueError, /0 to 1/],
  ["a broken count", () => new Generator().permutation(1.5), ValueError, /whole number/],
  ["a negative size", () => new Generator().uniform([-2]), ShapeError, /whole number/],
  ["what is no state", () => new Generator().restore({ seed: 1, counter: Number.NaN }), ValueError, /counter/],
  ["an empty record", () => new Generator().restore({} as never), ValueError, /seed/],
  ["nothing", () => new Generator().restore(undefined as never), ValueError, /what state\(\) gave/],
] as const)("%s is refused", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
