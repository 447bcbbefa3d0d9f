import { describe, expect, test } from "vitest";
import {
  cbowUpdate,
  fromArray,
  gloveUpdate,
  ones,
  OutOfMemoryError,
  scope,
  ShapeError,
  skipGramUpdate,
  type Tensor,
} from "../../index.node.ts";

const SETTINGS = {
  window: 2,
  shrinkWindows: false,
  negative: 1,
  mean: true,
  learningRate: 0.1,
  seed: 1,
  position: 0,
  order: "sequence",
  roundWords: 100,
} as const;
const ints = (...values: readonly number[]): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));

/** Two tables of three rows, the second of which begins one row after the first. */
function overlapping(): [Tensor, Tensor] {
  const both = ones([4, 2]);
  return [both.slice(0, 0, 3), both.slice(0, 1, 4)];
}

describe.each([
  ["skipGramUpdate", skipGramUpdate],
  ["cbowUpdate", cbowUpdate],
] as const)("%s", (_name, update) => {
  test("refuses tables that share memory, and changes nothing", () => {
    scope(() => {
      const [input, output] = overlapping();
      const text = { tokens: ints(0, 1, 2), starts: ints(0, 3) };
      const call = (): void => update(text, { input, output }, { cumulative: ints(1, 2, 3) }, SETTINGS);
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(/input and output share memory|output and input share memory/);
      expect([...input.data()]).toEqual([1, 1, 1, 1, 1, 1]);
    });
  });

  test("refuses what is there without what it needs", () => {
    scope(() => {
      const text = { tokens: ints(0, 1, 2), starts: ints(0, 3) };
      const input = ones([3, 2]);
      expect(() => update(text, { input }, {}, SETTINGS)).toThrow(/needs output, for negative sampling, or nodes/);
      expect(() => update(text, { input, output: ones([3, 2]) }, {}, SETTINGS)).toThrow(/output needs cumulative/);
      const none = { cumulative: ints(0, 0, 0) };
      expect(() => update(text, { input, output: ones([3, 2]) }, none, SETTINGS)).toThrow(/no word could be drawn/);
    });
  });
});

test("rounds whose steps or rows have no room are refused before anything is written", () => {
  scope(() => {
    const text = (count: number) => ({
      tokens: fromArray(Int32Array.from({ length: count }, (_, i) => i % 2)),
      starts: ints(0, count),
    });
    const tables = (size: number) => ({ input: ones([2, size]), output: ones([2, size]) });
    const blocks = { ...SETTINGS, order: "blocks" } as const;
    // 2,048 rows of 2^20 numbers, and as many again, are 2^32: a count that 32 bits do not hold.
    const wide = tables(2 ** 20);
    const knowledge = { cumulative: ints(1, 2) };
    const bags = (): void => cbowUpdate(text(2048), wide, knowledge, { ...blocks, roundWords: 2048 });
    expect(bags).toThrow(OutOfMemoryError);
    expect(wide.input.slice(1, 0, 4).data()).toEqual(Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1));
    // So are 2^16 words that tell and 2^16 words around.
    const many = { ...blocks, window: 2 ** 15, negative: 2 ** 16 - 1, roundWords: 1 };
    expect(() => skipGramUpdate(text(2 ** 16 + 1), tables(1), knowledge, many)).toThrow(OutOfMemoryError);
  });
});

test("gloveUpdate refuses sides that share memory", () => {
  scope(() => {
    const [vectors, other] = overlapping();
    const side = (table: Tensor) => ({
      vectors: table,
      biases: ones([3]),
      vectorSquares: ones([3, 2]),
      biasSquares: ones([3]),
    });
    const pairs = { words: ints(0, 1), contexts: ints(1, 2), weights: ones([2]), logs: ones([2]) };
    expect(() => gloveUpdate(pairs, side(vectors), side(other), { learningRate: 0.1 })).toThrow(/share memory/);
  });
});
