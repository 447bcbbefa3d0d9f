// What gensim says of the same vectors.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateAnalogies } from "./evaluate/analogies.ts";
import { evaluateSimilarity } from "./evaluate/similarity.ts";
import fixture from "./fixtures/vectors.json" with { type: "json" };
import { loadVectors } from "./formats/load.ts";
import { sentenceDistance } from "./sentences/sentences.ts";
import { transportCost } from "./sentences/transport.ts";
import { subwordBuckets } from "./subwords/hash.ts";
import type { Neighbour } from "./vectors/word-search.ts";
import type { WordVectors } from "./vectors/word-vectors.ts";

let vectors: WordVectors;
beforeAll(async () => {
  vectors = await loadVectors(join(import.meta.dirname, "fixtures/gensim.bin"));
});
afterAll(() => vectors.dispose());

/** Words, and their similarities to five digits. */
function rounded(found: readonly Neighbour[]): unknown {
  return found.map(({ word, similarity }) => [word, similarity.toFixed(5)]);
}

describe("searches", () => {
  test.each(fixture.similarity)("%s and %s", (a, b, wanted) => {
    expect(vectors.similarity(String(a), String(b))).toBeCloseTo(Number(wanted), 6);
  });
  test.each(fixture.mostSimilar)("$positive without $negative", ({ positive, negative, among, found }) => {
    const options = { count: found.length, ...(among === undefined ? {} : { among }) };
    const wanted = found.map(([word, similarity]) => [word, Number(similarity).toFixed(5)]);
    expect(rounded(vectors.mostSimilar(positive, negative, options))).toEqual(wanted);
  });
  test("3CosMul", () => {
    const found = vectors.analogy("man", "king", "woman", { method: "3CosMul", count: fixture.cosMul.length });
    expect(found.map(({ word }) => word)).toEqual(fixture.cosMul.map(([word]) => word));
    for (const [at, { similarity }] of found.entries())
      expect(similarity / Number(fixture.cosMul[at]?.[1])).toBeCloseTo(1, 4);
  });
  test.each(fixture.oddOneOut)("the odd one of %s", (words, odd) => {
    expect(vectors.oddOneOut(words as string[])).toBe(odd);
  });
  test.each(Object.entries(fixture.fasttext.subwords))("n-grams of %s, as fastText has them", (word, wanted) => {
    const { length } = fixture.fasttext.words;
    const own = fixture.fasttext.words.indexOf(word);
    const buckets = subwordBuckets(word, { minLength: 2, maxLength: 4, buckets: 40 });
    expect([...(own < 0 ? [] : [own]), ...buckets.map((bucket) => bucket + length)]).toEqual(wanted);
  });
});

describe("sentences", () => {
  test.each(fixture.sentences)("$a | $b", ({ a, b, wordMovers, meanSimilarity }) => {
    const [first, second] = [a.split(" "), b.split(" ")];
    expect(sentenceDistance(vectors, first, second, { method: "wordMovers" })).toBeCloseTo(wordMovers, 5);
    expect(sentenceDistance(vectors, first, second)).toBeCloseTo(1 - meanSimilarity, 6);
  });

  test("moving is cheapest among all ways of three to three", () => {
    const cost = [
      [4, 1, 3],
      [2, 0, 5],
      [3, 2, 2],
    ];
    const third = [1 / 3, 1 / 3, 1 / 3];
    expect(transportCost(third, third, (i, j) => cost[i]?.[j] ?? 0)).toBeCloseTo(5 / 3, 12); // 1 + 2 + 2
    expect(transportCost([0.5, 0.5], [0.25, 0.75], (i, j) => (i === j ? 0 : 1))).toBeCloseTo(0.25, 12);
  });
});

describe("test files", () => {
  const { analogies, similarities, ...wanted } = fixture.evaluation;
  const options = {
    plain: {},
    dummy: { dummyForUnknown: true },
    caseSensitive: { caseInsensitive: false },
    restricted: { restrict: 12 },
  };
  test.each(["plain", "dummy", "caseSensitive", "restricted"] as const)("%s", (name) => {
    const found = evaluateAnalogies(vectors, analogies, options[name]);
    expect(found.accuracy).toBeCloseTo(wanted[name].accuracy, 12);
    const sorted = (
      sections: readonly { section: string; correct: readonly unknown[]; incorrect: readonly unknown[] }[],
    ): unknown =>
      sections.map(({ section, correct, incorrect }) => [section, correct.length, incorrect.map(String).toSorted()]);
    expect(sorted(found.sections)).toEqual(sorted(wanted[name].sections));
    const { pearson, spearman, pairs, unknown } = evaluateSimilarity(vectors, similarities, options[name]);
    expect(pearson).toBeCloseTo(wanted[name].pearson, 6);
    expect(spearman).toBeCloseTo(wanted[name].spearman, 12);
    expect((100 * unknown) / (pairs + (name === "dummy" ? 0 : unknown))).toBeCloseTo(wanted[name].unknownRatio, 9);
  });

  test("analogies without a section are refused, with their line", () => {
    expect(() => evaluateAnalogies(vectors, "king queen man woman\n")).toThrow(/section must be named[^]*line\s+1/);
  });
});
