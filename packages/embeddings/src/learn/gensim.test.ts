import { cbowUpdate, fromArray, scope, skipGramUpdate, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Phrases } from "../text/phrases.ts";
import { cumulativeOf, keepOf } from "../text/chances.ts";
import { Vocabulary } from "../text/vocabulary.ts";
import { huffmanPaths } from "./huffman.ts";
import { Word2Vec } from "./word2vec.ts";

interface Learnt {
  readonly architecture: string;
  readonly mean: boolean;
  readonly size: number;
  readonly epochs: number;
  readonly words: readonly string[];
  readonly counts: readonly number[];
  readonly paths: readonly (readonly number[])[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly nodes: readonly number[];
}
interface Written {
  readonly threshold: number;
  readonly written: readonly (readonly string[])[];
}

/** What gensim 4.4 gave: `tooling/oracle/embeddings`. */
const gensim = JSON.parse(readFileSync(new URL("../fixtures/learnt.json", import.meta.url), "utf8")) as {
  readonly sentences: readonly (readonly string[])[];
  readonly learnt: readonly Learnt[];
  readonly chances: {
    readonly counts: readonly number[];
    readonly cumulative: readonly number[];
    readonly exponent: number;
    readonly sample: number;
    readonly kept: readonly number[];
  };
  readonly phrases: {
    readonly connectors: readonly string[];
    readonly sentences: readonly (readonly string[])[];
    readonly default: Written;
    readonly npmi: Written;
  };
};

const ints = (values: readonly number[]): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));
const startsOf = (lists: readonly { readonly length: number }[]): number[] => {
  let at = 0;
  return [0, ...lists.map(({ length }) => (at += length))];
};
const furthest = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((most, value, i) => Math.max(most, Math.abs(value - (a[i] ?? NaN))), 0);

test.each(gensim.learnt.map((one) => [`${one.architecture}, mean ${one.mean}`, one] as const))(
  "four epochs through a tree of words end where gensim's formulas do: %s",
  (_, { architecture, mean, size, epochs, words, paths, before, after, nodes }) => {
    scope(() => {
      const input = fromArray(Float32Array.from(before), [words.length, size]) as Tensor;
      const tree = zeros([words.length - 1, size]) as Tensor;
      const update = architecture === "cbow" ? cbowUpdate : skipGramUpdate;
      const text = {
        tokens: ints(gensim.sentences.flatMap((sentence) => sentence.map((word) => words.indexOf(word)))),
        starts: ints(startsOf(gensim.sentences)),
      };
      const knowledge = { pathStarts: ints(startsOf(paths)), paths: ints(paths.flat()) };
      for (let epoch = 0; epoch < epochs; epoch++) {
        update(text, { input, nodes: tree }, knowledge, {
          window: 2,
          shrinkWindows: false,
          negative: 0,
          mean,
          learningRate: 0.05,
          seed: 1,
          position: 0,
          order: "sequence",
          roundWords: 1,
        });
      }
      // The script proves that gensim is these formulas to 1e-3 with its table of a thousand sigmoids, in which it looks by
      // (x + 6) · 83, rounded down; here σ is exact.
      expect(furthest(before, after), "they moved").toBeGreaterThan(0.5);
      expect(furthest(input.data(), after)).toBeLessThan(1e-5);
      expect(furthest(tree.data(), nodes)).toBeLessThan(1e-5);
    });
  },
);

test("first values are spread as wide as gensim's", () => {
  const words = Array.from({ length: 200 }, (_, at) => `w${at}`);
  for (const { before, size } of gensim.learnt) {
    using model = new Word2Vec(
      new Vocabulary(
        words,
        words.map(() => 1),
      ),
      { vectorSize: size },
    );
    using vectors = model.vectors();
    const own = [...vectors.rows.data()];
    const widest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
    expect(widest(own) / widest(before)).toBeCloseTo(1, 1);
    const deviation = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);
    expect(deviation(own) / deviation(before)).toBeCloseTo(1, 1);
  }
});

test("the tree is as short as gensim's, and each node has two branches", () => {
  for (const { counts, paths } of gensim.learnt) {
    const { starts, steps } = huffmanPaths(counts);
    const length = (word: number): number => (starts[word + 1] ?? 0) - (starts[word] ?? 0);
    const cost = (lengthOf: (word: number) => number): number =>
      counts.reduce((sum, count, word) => sum + count * lengthOf(word), 0);
    expect(cost(length)).toBe(cost((word) => paths[word]?.length ?? NaN));
    // Every path begins at the root, and no path is the beginning of another.
    const written = counts.map((_, word) => steps.slice(starts[word], starts[word + 1]).join());
    expect(written.every((path) => Number.parseInt(path, 10) >> 1 === counts.length - 2)).toBe(true);
    expect(written.some((path, i) => written.some((other, j) => i !== j && `${other},`.startsWith(`${path},`)))).toBe(
      false,
    );
  }
});

test("the tree is as short for words in any order: specials stand before those that came more often", () => {
  for (const { counts } of gensim.learnt) {
    const costOf = (list: readonly number[]): number => {
      const { starts } = huffmanPaths(list);
      return list.reduce((sum, count, word) => sum + count * ((starts[word + 1] ?? 0) - (starts[word] ?? 0)), 0);
    };
    const shortest = costOf(counts);
    expect(costOf(counts.toReversed())).toBe(shortest);
    expect(costOf([...counts.slice(5), ...counts.slice(0, 5)])).toBe(shortest);
    expect(costOf([0, ...counts])).toBeLessThan(shortest + counts.reduce((sum, count) => sum + count, 0));
  }
});

test("words that never came are not drawn, whatever the exponent", () => {
  for (const exponent of [0.75, 0, -1]) {
    const [pad, one, two, ...more] = cumulativeOf("test", [0, 4, 4, 0], exponent);
    expect([pad, ...more]).toEqual([0, 2 ** 31 - 1]);
    expect(two).toBe(2 ** 31 - 1);
    expect((one ?? 0) / 2 ** 31).toBeCloseTo(0.5, 6);
  }
});

describe("chances are gensim's", () => {
  const { counts, cumulative, exponent, sample, kept } = gensim.chances;

  test("to be drawn", () => {
    const own = cumulativeOf("test", counts, exponent);
    // Powers are f32s here.
    expect(furthest(own, cumulative) / 2 ** 31).toBeLessThan(3e-7);
    expect(own.at(-1)).toBe(2 ** 31 - 1);
  });

  test("to be kept", () => {
    expect(kept.some((chance) => chance < 0.9)).toBe(true);
    expect(
      furthest(
        keepOf(counts, sample).map(Number),
        kept.map((chance) => chance * (2 ** 31 - 1)),
      ) /
        2 ** 31,
    ).toBeLessThan(1e-6);
  });
});

test.each(["default", "npmi"] as const)("phrases are gensim's: %s", async (scoring) => {
  const { connectors, sentences } = gensim.phrases;
  const { threshold, written } = gensim.phrases[scoring];
  const options = { minCount: 1, threshold, scoring, connectorWords: connectors } as const;
  const phrases = await Phrases.learn(sentences, options);
  expect(sentences.map((sentence) => phrases.apply(sentence))).toEqual(written);
});

test("words that never stood together are no phrase, however low the threshold", async () => {
  const phrases = await Phrases.learn([["a", "b"], ["c"]], { minCount: 1, threshold: -5 });
  expect(phrases.score("a", "c")).toBe(-Infinity);
  expect(phrases.apply(["a", "c", "a", "b"])).toEqual(["a", "c", "a_b"]);
});

test("of a word and joined ones that came equally often the joined ones are the first branch, as in word2vec.c", () => {
  // 1 + 1 are joined to node 0, whose 2 meets the other word's: twice the root's number, and 1 for the second branch.
  const { starts, steps } = huffmanPaths([2, 1, 1]);
  expect([...starts]).toEqual([0, 1, 3, 5]);
  expect([...steps]).toEqual([3, 2, 1, 2, 0]);
});

test("npmi has a threshold of its own, and refuses those that no score reaches", async () => {
  const sentences = [
    ["new", "york"],
    ["new", "york"],
    ["old", "town"],
    ["town", "new"],
  ];
  const phrases = await Phrases.learn(sentences, { minCount: 2, scoring: "npmi" });
  expect(phrases.apply(["in", "new", "york"])).toEqual(["in", "new_york"]);
  for (const threshold of [10, -1.5]) {
    const learning = Phrases.learn(sentences, { scoring: "npmi", threshold });
    await expect(learning).rejects.toThrow(/Phrases\.learn: scores of npmi lie in −1 … 1/);
  }
});
