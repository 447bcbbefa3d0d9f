import { describe, expect, test } from "vitest";
import { WordVectors } from "../vectors/word-vectors.ts";
import { pearson, spearman } from "./correlation.ts";
import { evaluateSimilarity } from "./similarity.ts";

describe("a list that is constant has no correlation, as in SciPy", () => {
  // 0.1 ten times is not quite 1: a mean by sums is another number than each of them.
  test.each([0.1, 1 / 3, -7])("%f", (value) => {
    const flat = new Array<number>(10).fill(value);
    const other = flat.map((_, at) => at);
    for (const correlation of [pearson, spearman]) {
      expect(correlation(flat, other)).toBeNaN();
      expect(correlation(other, flat)).toBeNaN();
    }
  });
});

test("similarities that are equal share a rank, though rounding tells them apart", () => {
  // √2 · √2 is above 2 in f64, so that the cosine of (1, 1) with itself is below 1.
  using vectors = WordVectors.from(Array.from({ length: 12 }, (_, at) => [`w${at}`, at % 3 === 0 ? [1, 1] : [1, 0]]));
  // Each word with itself, 1 up to rounding, and one pair that is less alike than people say.
  const lines = Array.from({ length: 12 }, (_, at) => `w${at}\tw${at}\t${at}`);
  const { spearman: found } = evaluateSimilarity(vectors, [...lines, "w0\tw1\t12"].join("\n"));
  // scipy.stats.spearmanr([1] * 12 + [0], range(13))
  expect(found).toBeCloseTo(-0.46291004988627577, 12);
});

test("a judgement of another base is none", () => {
  using vectors = WordVectors.from([
    ["a", [1, 2]],
    ["b", [2, 1]],
  ]);
  expect(evaluateSimilarity(vectors, "a\tb\t0x1\na\tb\t0b1\na\tb\t-.5\na\ta\t+1.\n")).toMatchObject({
    pairs: 2,
    skipped: 2,
  });
});
