import { memory, runtime } from "@unfoldjs/tensor-core";
import { afterEach, describe, expect, test } from "vitest";
import { Vocabulary } from "../text/vocabulary.ts";
import { FastText } from "./fast-text.ts";
import type { Word2VecOptions } from "./options.ts";
import { purity, smallWorld } from "./testing/small-world.ts";
import { Word2Vec } from "./word2vec.ts";

const WORLD = smallWorld(1500);
const SMALL: Word2VecOptions = { vectorSize: 16, sample: 0, learningRate: 0.05, roundWords: 100 };
const FAST = { ...SMALL, buckets: 500 };

const bitsOf = (model: Word2Vec): number[] => {
  using vectors = model.vectors();
  return vectors.words.flatMap((word) => [...vectors.vector(word)]);
};
async function learnt(options: Word2VecOptions, epochs = 2): Promise<Word2Vec> {
  const model = await Word2Vec.from(WORLD, { ...SMALL, ...options }, { minCount: 1 });
  await model.train(WORLD, { epochs });
  return model;
}

afterEach(() => runtime.configure({ threads: 1 }));

describe("a small world's categories are found", () => {
  test.each<[string, Word2VecOptions]>([
    ["by bags of words", { architecture: "cbow" }],
    ["by skip-gram", { architecture: "skip-gram" }],
    ["by skip-gram, one word after the other", { architecture: "skip-gram", mode: "sequential" }],
    ["through a tree", { architecture: "skip-gram", negative: 0, hierarchicalSoftmax: true }],
    ["by bags, through a tree", { negative: 0, hierarchicalSoftmax: true }],
    ["by threads that write into each other's numbers", { architecture: "skip-gram", mode: "hogwild" }],
  ])("%s", async (_, options) => {
    using model = await learnt(options, 10);
    using vectors = model.vectors();
    const nearest = (word: string): string[] =>
      vectors.mostSimilar(word, [], { count: 3 }).map((neighbour) => neighbour.word);
    // Four categories of eight words each, and nineteen other words: by chance it would be a seventh.
    expect(purity(nearest)).toBeGreaterThan(0.9);
    expect(model.losses).toHaveLength(10);
    expect(model.losses[9]).toBeLessThan((model.losses[0] ?? 0) * 0.95);
  });

  test("by words and what they are made of, which gives new words a vector", async () => {
    using model = await FastText.from(WORLD, { ...FAST, architecture: "skip-gram" }, { minCount: 1 });
    await model.train(WORLD, { epochs: 10 });
    using vectors = model.vectors();
    expect(purity((word) => vectors.mostSimilar(word, [], { count: 3 }).map((each) => each.word))).toBeGreaterThan(0.8);
    expect(vectors.has("harbours")).toBe(false);
    expect(vectors.similarity("harbours", "harbour")).toBeGreaterThan(0.7);
  });
});

test("any number of threads gives the same bits", async () => {
  const results = [];
  for (const threads of [1, 3]) {
    runtime.configure({ threads });
    using model = await learnt({ architecture: "skip-gram", roundWords: 400 }, 3);
    results.push(bitsOf(model));
  }
  expect(results[1]).toEqual(results[0]);
});

test("another seed gives other vectors, and the same the same", async () => {
  using one = await learnt({});
  using again = await learnt({});
  using other = await learnt({ seed: 2 });
  expect(bitsOf(again)).toEqual(bitsOf(one));
  expect(bitsOf(other)).not.toEqual(bitsOf(one));
});

describe("a training that is broken off", () => {
  test.each<[string, () => Promise<Word2Vec>, typeof Word2Vec.resume]>([
    ["word2vec", () => Word2Vec.from(WORLD, { ...SMALL, hierarchicalSoftmax: true }, { minCount: 1 }), Word2Vec.resume],
    ["fastText", () => FastText.from(WORLD, FAST, { minCount: 1 }), FastText.resume],
  ])("goes on to the same bits: %s", async (_, make, resume) => {
    using whole = await make();
    await whole.train(WORLD, { epochs: 3 });
    using broken = await make();
    const stop = new AbortController();
    // Lines of a file, which are gone through once: a function begins anew.
    const lines = async function* (): AsyncGenerator<string[]> {
      let words = 0;
      for (const sentence of WORLD) {
        yield sentence;
        words += sentence.length;
        if (words > 5000) stop.abort();
      }
    };
    await expect(broken.train(lines, { epochs: 3, signal: stop.signal })).rejects.toThrow(/abort/i);
    const bytes = broken.checkpoint();
    expect(bitsOf(broken)).not.toEqual(bitsOf(whole));
    using resumed = resume(bytes);
    await resumed.train(WORLD);
    expect(bitsOf(resumed)).toEqual(bitsOf(whole));
    expect(resumed.losses).toEqual(whole.losses);
    // And in the model itself.
    await broken.train(WORLD, { epochs: 3 });
    expect(bitsOf(broken)).toEqual(bitsOf(whole));
  });

  test("has drawn nothing that the next one draws: at one rate, two trainings are one", async () => {
    const options: Word2VecOptions = { ...SMALL, sample: 1e-2, learningRate: 0.03, minLearningRate: 0.03 };
    using whole = await Word2Vec.from(WORLD, options, { minCount: 1 });
    await whole.train(WORLD, { epochs: 3 });
    using first = await Word2Vec.from(WORLD, options, { minCount: 1 });
    await first.train(WORLD, { epochs: 1 });
    using next = Word2Vec.resume(first.checkpoint());
    await next.train(WORLD, { epochs: 2 });
    expect(bitsOf(next)).toEqual(bitsOf(whole));
  });

  test("is refused with other epochs, or a text that is shorter", async () => {
    using model = await Word2Vec.from(WORLD, SMALL, { minCount: 1 });
    const stop = new AbortController();
    const lines = function* (): Generator<string[]> {
      for (const [at, sentence] of WORLD.entries()) {
        yield sentence;
        if (at === WORLD.length - 2) stop.abort(new Error("enough"));
      }
    };
    await expect(model.train(lines, { epochs: 3, signal: stop.signal })).rejects.toThrow("enough");
    await expect(model.train(WORLD, { epochs: 4 })).rejects.toThrow(/goes on with as many epochs/);
    await expect(model.train(WORLD.slice(0, 3))).rejects.toThrow(/the text is shorter/);
  });

  test("may have other epochs where it has learnt nothing yet", async () => {
    using model = await Word2Vec.from(WORLD, SMALL, { minCount: 1 });
    using whole = await Word2Vec.from(WORLD, SMALL, { minCount: 1 });
    await expect(model.train(["no sentence"] as never)).rejects.toThrow(/sentence 0/);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(model.train(WORLD, { epochs: 3, signal })).rejects.toThrow("enough");
    await model.train(WORLD, { epochs: 1 });
    await whole.train(WORLD, { epochs: 1 });
    expect(bitsOf(model)).toEqual(bitsOf(whole));
    expect(model.losses).toEqual(whole.losses);
  });
});

describe("an abort is heard", () => {
  /** Sentences, and then none that ever comes, or many that hold nothing known. */
  const texts: [string, () => AsyncGenerator<string[]>][] = [
    [
      "by a text that hangs",
      async function* () {
        yield ["a"];
        await new Promise(() => undefined);
      },
    ],
    [
      "by a text without a known word",
      async function* () {
        for (let i = 0; ; i++) {
          if (i % 100 === 0) await new Promise((go) => void setImmediate(go));
          yield ["unheard"];
        }
      },
    ],
  ];
  test.each(texts)("%s", async (_, text) => {
    using model = await Word2Vec.from(WORLD, SMALL, { minCount: 1 });
    await expect(model.train(text, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
    await model.train(WORLD);
    expect(model.losses).toHaveLength(5);
  });
});

test("progress is told, up to the last word", async () => {
  using model = await Word2Vec.from(WORLD, SMALL, { minCount: 1 });
  const told: number[][] = [];
  await model.train(WORLD, {
    epochs: 2,
    onProgress: ({ epoch, epochs, words, totalWords, wordsPerSecond, learningRate, loss }) => {
      expect(epochs).toBe(2);
      expect(loss).toBeGreaterThan(0);
      expect(wordsPerSecond).toBeGreaterThan(0);
      told.push([epoch, words, totalWords, learningRate]);
    },
  });
  const total = 2 * model.vocabulary.total;
  expect(told.at(-1)).toEqual([1, total, total, expect.closeTo(1e-4, 9)]);
});

describe("wrong calls", () => {
  test("what is wrong with a text is said by what was called", async () => {
    await expect(Word2Vec.from(["a text"] as never)).rejects.toThrow(/^Word2Vec\.from: [^]*lineSentences/);
    await expect(FastText.from(["a text"] as never)).rejects.toThrow(/^FastText\.from: /);
    await expect(Word2Vec.from([["once"]], {}, { minCount: 2 })).rejects.toThrow(/^Word2Vec\.from: /);
    await expect(FastText.from(WORLD, {}, { minCounts: 2 } as never)).rejects.toThrow(/^FastText\.from: [^]*minCount/);
  });

  test("sentences that are texts, or end with the first epoch", async () => {
    const vocabulary = await Vocabulary.build(WORLD);
    using model = new Word2Vec(vocabulary, SMALL);
    await expect(model.train(["a text"] as never)).rejects.toThrow(/sentence 0/);
    await expect(model.train(WORLD.values())).rejects.toThrow(/pass a function that makes it/);
  });

  test("options", async () => {
    const vocabulary = await Vocabulary.build(WORLD);
    expect(() => new Word2Vec(vocabulary, { negativ: 3 } as never)).toThrow(/did you mean negative/);
    expect(() => new Word2Vec(vocabulary, { negative: 0 })).toThrow(/something to learn from/);
    for (const nsExponent of [1e308, -1e308]) {
      expect(() => new Word2Vec(vocabulary, { nsExponent })).toThrow(/Word2Vec: no word could be drawn/);
    }
    expect(() => new FastText(vocabulary, { buckets: 0 })).toThrow(/FastText.*n-grams need a bucket/s);
    expect(() => Word2Vec.resume(new Uint8Array(20))).toThrow(/Word2Vec\.resume/);
    using model = new FastText(vocabulary, FAST);
    expect(() => Word2Vec.resume(model.checkpoint())).toThrow(/FastText\.resume\(bytes\)/);
  });

  test("a rate at which numbers grow without end", async () => {
    using model = await Word2Vec.from(WORLD, { ...SMALL, learningRate: 1e39 });
    await expect(model.train(WORLD, { epochs: 3 })).rejects.toThrow(/smaller learningRate/);
  });
});

test("nothing is left behind", async () => {
  const before = memory().tensors;
  {
    using model = await learnt({ hierarchicalSoftmax: true });
    using fast = await FastText.from(WORLD, FAST);
    using again = Word2Vec.resume(model.checkpoint());
    for (const each of [model, fast, again]) each.vectors().dispose();
    expect(() => Word2Vec.resume(fast.checkpoint())).toThrow(/not of a Word2Vec/);
  }
  expect(memory().tensors).toBe(before);
});
