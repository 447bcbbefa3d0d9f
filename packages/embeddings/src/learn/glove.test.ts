import { memory, runtime } from "@unfoldjs/tensor-core";
import { afterEach, describe, expect, test } from "vitest";
import { Vocabulary } from "../text/vocabulary.ts";
import { countCooccurrences } from "./cooccurrences.ts";
import { GloVe } from "./glove.ts";
import { purity, smallWorld } from "./testing/small-world.ts";

afterEach(() => runtime.configure({ threads: 1 }));

test("pairs count by how near they are, on either side", async () => {
  const vocabulary = new Vocabulary(["a", "b", "c"], [3, 1, 1]);
  const near = async (options: object): Promise<number[][]> => {
    const { words, contexts, times } = await countCooccurrences(
      [["a", "b", "x", "c", "a"], ["a"]],
      vocabulary,
      options,
    );
    return Array.from(words, (word, i) => [word, contexts[i] ?? -1, times[i] ?? -1]);
  };
  // a b c a: x is none of the words.
  const third = Math.fround(1 / 3);
  expect(await near({ symmetric: false })).toEqual([
    [0, 0, third],
    [0, 1, 0.5],
    [0, 2, 1],
    [1, 0, 1],
    [2, 0, 0.5],
    [2, 1, 1],
  ]);
  expect(await near({ window: 1 })).toEqual([
    [0, 1, 1],
    [0, 2, 1],
    [1, 0, 1],
    [1, 2, 1],
    [2, 0, 1],
    [2, 1, 1],
  ]);
});

test("a small world's categories are found, with the same bits on any number of threads", async () => {
  const world = smallWorld(1500);
  const vocabulary = await Vocabulary.build(world, { minCount: 1 });
  const counts = await countCooccurrences(world, vocabulary, { window: 5 });
  const results = [];
  for (const threads of [1, 3]) {
    runtime.configure({ threads });
    using model = new GloVe(vocabulary, { vectorSize: 16, xMax: 20 });
    await model.train(counts, { epochs: 30 });
    using vectors = model.vectors();
    expect(purity((word) => vectors.mostSimilar(word, [], { count: 3 }).map((each) => each.word))).toBeGreaterThan(
      0.75,
    );
    expect(model.losses[29]).toBeLessThan((model.losses[0] ?? 0) / 4);
    results.push(vectors.words.map((word) => [...vectors.vector(word)]));
  }
  expect(results[1]).toEqual(results[0]);
});

test("a training that is broken off goes on to the same bits", async () => {
  const world = smallWorld(300);
  const vocabulary = await Vocabulary.build(world, { minCount: 1 });
  const near = await countCooccurrences(world, vocabulary, { window: 5 });
  // More than one batch of the core: the same pairs over and over.
  const counts = {
    words: Int32Array.from({ length: 150_000 }, (_, i) => near.words[i % near.words.length] ?? 0),
    contexts: Int32Array.from({ length: 150_000 }, (_, i) => near.contexts[i % near.words.length] ?? 0),
    times: Float32Array.from({ length: 150_000 }, (_, i) => near.times[i % near.words.length] ?? 1),
  };
  const bitsOf = (model: GloVe): number[] => {
    using vectors = model.vectors();
    return vectors.words.flatMap((word) => [...vectors.vector(word)]);
  };
  using whole = new GloVe(vocabulary, { vectorSize: 6 });
  await whole.train(counts, { epochs: 2 });
  // In the middle of the second epoch: a signal is looked at before each batch.
  const stops = (after: number): AbortSignal => {
    let looks = 0;
    const { signal } = new AbortController();
    signal.throwIfAborted = () => {
      if (looks++ === after) throw new Error("enough");
    };
    return signal;
  };
  using broken = new GloVe(vocabulary, { vectorSize: 6 });
  await expect(broken.train(counts, { epochs: 2, signal: stops(4) })).rejects.toThrow("enough");
  using resumed = GloVe.resume(broken.checkpoint());
  expect(bitsOf(resumed)).not.toEqual(bitsOf(whole));
  await expect(resumed.train(near)).rejects.toThrow(/not the counts that the training has begun with/);
  await expect(resumed.train(counts, { epochs: 3 })).rejects.toThrow(/goes on with as many epochs/);
  await resumed.train(counts);
  expect(bitsOf(resumed)).toEqual(bitsOf(whole));
  expect(resumed.losses).toEqual(whole.losses);
  expect(() => GloVe.resume(new Uint8Array(20))).toThrow(/GloVe\.resume/);
});

describe("wrong calls", () => {
  const vocabulary = new Vocabulary(["a", "b"], [1, 1]);
  const right = { words: Int32Array.of(0), contexts: Int32Array.of(1), times: Float32Array.of(2) };

  test.each([
    [{ ...right, times: Float32Array.of(0) }, /times must be above 0/],
    [{ ...right, words: [0] }, /an Int32Array/],
    [{ ...right, words: Int32Array.of(0, 1) }, /lists of one length/],
    [{ ...right, words: Int32Array.of(7) }, /GloVe\.train.*indices must be in 0…1/s],
  ])("counts %#", async (counts, message) => {
    using model = new GloVe(vocabulary);
    await expect(model.train(counts as never)).rejects.toThrow(message);
  });

  test("options", () => {
    expect(() => new GloVe(vocabulary, { xmax: 3 } as never)).toThrow(/did you mean xMax/);
    expect(() => new GloVe(vocabulary, { xMax: 0 })).toThrow(/above 0/);
  });

  test("a signal that is aborted ends it, and nothing is left", async () => {
    const before = memory().tensors;
    {
      using model = new GloVe(vocabulary);
      await expect(model.train(right, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
      model.vectors().dispose();
    }
    expect(memory().tensors).toBe(before);
  });
});

test("an abort is heard while the next block lets wait for itself", async () => {
  const counts = { words: Int32Array.of(0), contexts: Int32Array.of(1), times: Float32Array.of(2) };
  const stream = {
    length: 2,
    async *blocks() {
      yield counts;
      await new Promise(() => undefined);
    },
  };
  using model = new GloVe(new Vocabulary(["a", "b"], [2, 1]), { vectorSize: 4 });
  await expect(model.train(stream, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
  // The first block is behind: with the second one it goes on.
  await model.train({
    length: 2,
    blocks: async function* () {
      yield counts;
      yield counts;
    },
  });
  expect(model.losses).toHaveLength(25);
});

test("from xMax on a pair counts as one, and below it (x / xMax)^alpha", async () => {
  const learnt = async (often: number): Promise<number> => {
    using model = new GloVe(new Vocabulary(["a", "b"], [2, 1]), {
      vectorSize: 400,
      learningRate: 0,
      xMax: 100,
      alpha: 0.5,
    });
    const pair = { words: Int32Array.of(0), contexts: Int32Array.of(1), times: Float32Array.of(often) };
    await model.train(pair, { epochs: 1 });
    // Vectors and biases of a model that has learnt nothing are next to nothing: the loss is f(x) (log x)² / 2.
    return (2 * (model.losses[0] ?? NaN)) / Math.log(often) ** 2;
  };
  for (const [often, weight] of [
    [25, 0.5],
    [64, 0.8],
    [100, 1],
    [400, 1],
    [1e6, 1],
  ] as const)
    expect(await learnt(often)).toBeCloseTo(weight, 1);
});
