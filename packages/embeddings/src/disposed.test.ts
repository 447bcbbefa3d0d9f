import { DisposedError, memory, ones, scope, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import {
  alignVectors,
  biasDirection,
  debias,
  directBias,
  encodeVectors,
  evaluateAnalogies,
  evaluateSimilarity,
  FastText,
  GloVe,
  saveVectors,
  sentenceDistance,
  sentenceVectors,
  Subwords,
  toEmbedding,
  vectorBytes,
  Vocabulary,
  Word2Vec,
  WordVectors,
} from "./index.ts";

const sentences = [
  ["a", "b", "c"],
  ["b", "c", "d"],
];
const vocabulary = await Vocabulary.build(sentences, { minCount: 1 });
const counted = { words: Int32Array.of(0, 1), contexts: Int32Array.of(1, 0), times: Float32Array.of(1, 1) };

/** Vectors whose memory was given back. */
function gone(): WordVectors {
  const vectors = WordVectors.from(
    [
      ["a", [1, 2]],
      ["b", [2, 1]],
      ["c", [0, 1]],
    ],
    { counts: Int32Array.of(3, 2, 1) },
  );
  vectors.dispose();
  return vectors;
}
function disposed<Model extends { dispose(): void }>(model: Model): Model {
  model.dispose();
  return model;
}

const kinds: Readonly<Record<string, Readonly<Record<string, () => unknown>>>> = {
  WordVectors: {
    vector: () => gone().vector("a"),
    vectors: () => gone().vectors(["a"]),
    similarity: () => gone().similarity("a", "b"),
    distance: () => gone().distance("a", "b"),
    centroid: () => gone().centroid(["a"]),
    mostSimilar: () => gone().mostSimilar("a"),
    analogy: () => gone().analogy("a", "b", "c"),
    oddOneOut: () => gone().oddOneOut(["a", "b"]),
    nearest: () => scope(() => gone().nearest(ones([1, 2]), 1)),
    lengths: () => gone().lengths(),
    preselect: () => gone().preselect(),
    to: () => gone().to("f16"),
  },
  Subwords: {
    vectorOf: () =>
      disposed(scope(() => new Subwords(ones([4, 2]) as Tensor, { minLength: 1, maxLength: 2 }))).vectorOf("word"),
  },
  Word2Vec: {
    train: () => disposed(new Word2Vec(vocabulary, { vectorSize: 2 })).train(sentences),
    vectors: () => disposed(new Word2Vec(vocabulary, { vectorSize: 2 })).vectors(),
    checkpoint: () => disposed(new Word2Vec(vocabulary, { vectorSize: 2 })).checkpoint(),
  },
  FastText: {
    train: () => disposed(new FastText(vocabulary, { vectorSize: 2, buckets: 5 })).train(sentences),
    vectors: () => disposed(new FastText(vocabulary, { vectorSize: 2, buckets: 5 })).vectors(),
    checkpoint: () => disposed(new FastText(vocabulary, { vectorSize: 2, buckets: 5 })).checkpoint(),
  },
  GloVe: {
    train: () => disposed(new GloVe(vocabulary, { vectorSize: 2 })).train(counted),
    vectors: () => disposed(new GloVe(vocabulary, { vectorSize: 2 })).vectors(),
    checkpoint: () => disposed(new GloVe(vocabulary, { vectorSize: 2 })).checkpoint(),
  },
};

describe.each(Object.entries(kinds))("of a disposed %s", (name, methods) => {
  test.each(Object.entries(methods))("%s says so by its own name", async (method, call) => {
    const error: unknown = await (async () => call())().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DisposedError);
    expect(String(error)).toMatch(new RegExp(`^DisposedError: ${name}\\.${method}: `));
  });
});

test.each<[string, () => unknown]>([
  ["encodeVectors", () => encodeVectors(gone())],
  ["vectorBytes", () => [...vectorBytes(gone(), "glove")]],
  ["saveVectors", () => saveVectors(gone(), "/nowhere/vectors")],
  ["sentenceDistance", () => sentenceDistance(gone(), ["a"], ["b"])],
  ["sentenceVectors", () => sentenceVectors(gone(), [["a"]])],
  ["evaluateSimilarity", () => evaluateSimilarity(gone(), "a\tb\t1\na\tc\t2\n")],
  ["evaluateAnalogies", () => evaluateAnalogies(gone(), ": x\na b c a\n")],
  ["biasDirection", () => biasDirection(gone(), [["a", "b"]])],
  ["directBias", () => directBias(gone(), ["a"], [1, 0])],
  ["debias", () => debias(gone(), [1, 0])],
  ["alignVectors", () => alignVectors(gone(), gone(), [["a", "a"]])],
  ["toEmbedding", () => toEmbedding(gone())],
])("%s of disposed vectors says so by its own name", async (name, call) => {
  const error: unknown = await (async () => call())().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DisposedError);
  expect(String(error)).toMatch(new RegExp(`^DisposedError: ${name}: `));
});

test("a layer that could not be filled is not left behind", () => {
  const before = memory().bytes;
  expect(() => toEmbedding(gone())).toThrow(DisposedError);
  expect(memory().bytes).toBe(before);
});

test("what is not in memory needs none", () => {
  expect([gone().has("a"), gone().length, gone().indexOf("b")]).toEqual([true, 3, 1]);
});
