import type * as embeddings from "@unfoldjs/embeddings";
import { Subwords, WordVectors } from "@unfoldjs/embeddings";
import { scope, tensor } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, list, optional, options, tensorOf, text, word } = kind;

/** A vector as plain numbers. */
const vector = given(() => [1, 2], "an array of numbers", "a Float32Array", "an empty array");
const known: kind.Kind = { ...given(() => "b", "an array of numbers", "a Float32Array"), said: ["word"] };
const several = {
  ...list(known, 2, "a word", "an array of numbers", "an array of arrays", "a Float32Array"),
  said: ["word"],
};
const vectors = (): WordVectors =>
  WordVectors.from([
    ["a", [1, 2]],
    ["b", [2, 1]],
    ["c", [-1, 1]],
  ]);
const search = { count: count(2), among: count(3) };
const halves = tensorOf([2, 2]);
const lengths = options({ minLength: count(3), maxLength: count(6) }, "minLength", "maxLength");

export const embeddingRows: Rows<typeof embeddings> = {
  cosineSimilarity: call({ u: vector, v: vector }),
  euclideanDistance: call({ u: vector, v: vector }),
  Subwords: {
    make: { rows: halves, options: lengths },
    instance: () => scope(() => new Subwords(tensor([[1, 2]]), { minLength: 1, maxLength: 2 })),
    methods: { vectorOf: { word: text("word") }, dispose: {} },
  },
  WordVectors: {
    make: {
      words: list(text("a"), 1, "an array of words"),
      rows: tensorOf([1, 2]),
      options: options({
        counts: given(() => Int32Array.of(1)),
        scales: optional(given(() => undefined)),
        lengths: given(() => Float32Array.of(1)),
        subwords: optional(given(() => undefined)),
      }),
    },
    instance: vectors,
    methods: {
      has: { word: text("a") },
      indexOf: { word: text("a") },
      lengths: {},
      vector: { word: word("a") },
      vectors: { words: list(known, 1) },
      similarity: { a: known, b: known },
      distance: { a: known, b: known },
      centroid: { words: list(known, 2, "an array of arrays") },
      mostSimilar: { positive: several, negative: optional(several), options: options(search) },
      analogy: { a: known, b: known, c: known, options: options({ ...search, method: word("3CosMul") }) },
      oddOneOut: { words: { ...list({ ...word("a"), said: ["word"] }, 2), said: ["word"] } },
      preselect: { factor: optional(count(2)) },
      to: { dtype: word("f16") },
      dispose: {},
    },
    notPublic: [
      "vectorFor",
      "vectorsFor",
      "resolve",
      "meanOf",
      "missing",
      "indicesOf",
      "search",
      "rank",
      "cosinesWith",
      "best",
      "limits",
    ],
  },
};
