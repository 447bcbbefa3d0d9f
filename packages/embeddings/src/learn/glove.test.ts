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
