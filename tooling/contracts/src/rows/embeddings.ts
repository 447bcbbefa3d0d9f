import type * as embeddings from "@unfoldjs/embeddings";
import {
  encodeVectors,
  FastText,
  GloVe,
  openVectors,
  Phrases,
  Subwords,
  Vocabulary,
  Word2Vec,
  WordCounter,
  WordVectors,
} from "@unfoldjs/embeddings";
import { Generator, scope, tensor } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, list, optional, options, tensorOf, text, truth, word } = kind;

/** A vector as plain numbers. */
const vector = given(() => [1, 2], "an array of numbers", "a Float32Array", "an empty array");
const direction = given(() => [1, 0], "an array of numbers", "a Float32Array", "an empty array");
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
const aFile = given(() => new TextEncoder().encode("a 1 2\nb 3 4\n"), "a Uint8Array", "a word", "an empty string");
const evaluation = { restrict: count(10), caseInsensitive: truth(), dummyForUnknown: truth() };
const several2 = given(() => [1, 2, 4], "an array of numbers", "a Float32Array", "an empty array");
/** The bytes of a file, of vectors that are gone. */
const ourFile = (): Uint8Array => {
  using some = vectors();
  return encodeVectors(some);
};
const someVectors = given(vectors);
const somePairs = list({ ...given(() => ["a", "b"], "an array of words"), said: ["word"] }, 1);
const sentence = list(text("a"), 2, "an array of words");
const halves = tensorOf([2, 2]);
const lengths = options({ minLength: count(3), maxLength: count(6) }, "minLength", "maxLength");

const words = list(text("a"), 1, "an array of words");
const vocabulary = (): Vocabulary => new Vocabulary(["a", "b"], [3, 2]);
const counting = { minCount: count(1), maxSize: count(2), specials: words, unknown: optional(given(() => undefined)) };
const sentences: kind.Kind = {
  ...list(list(text("a"), 2, "an array of words"), 2, "an array of words", "an array of arrays", "an empty array"),
  said: ["sentence"],
};
const learning = {
  vectorSize: count(2),
  architecture: word("cbow"),
  window: count(2),
  shrinkWindows: kind.truth(),
  negative: count(2),
  nsExponent: kind.finite(0.75),
  hierarchicalSoftmax: kind.truth(),
  cbowMean: kind.truth(),
  sample: kind.from(0.1, "0"),
  learningRate: kind.from(0.1, "0"),
  minLearningRate: kind.from(0.1, "0"),
  seed: count(1),
  mode: word("deterministic"),
  roundWords: optional(count(2)),
};
const training = options({
  epochs: { ...count(1), endless: ["2 ** 40"] },
  onProgress: kind.callable(() => {}),
  signal: given(() => new AbortController().signal),
});
const LEARNT = ["counts", "checked", "rows", "spread", "take", "rateAt", "learn"];

const phrases = await Phrases.learn([["a", "b"]]);

/** Vectors that stay in their file. */
const opened = await openVectors(ourFile());

export const embeddingRows: Rows<typeof embeddings> = {
  cosineSimilarity: call({ u: vector, v: vector }),
  euclideanDistance: call({ u: vector, v: vector }),
  loadVectors: call({
    source: aFile,
    options: options({
      format: word("text"),
      vectors: kind.anything(undefined),
      storage: word("f16"),
      limit: count(1),
      only: given(() => new Set(["a"]), "a Set"),
      duplicates: word("refuse"),
      header: truth(false),
      size: count(2),
      invalidUtf8: word("replace"),
      onProgress: kind.callable(() => undefined),
      signal: given(() => new AbortController().signal),
    }),
  }),
  saveVectors: { none: "writes files: its test has its own folder" },
  vectorBytes: call({ vectors: someVectors, format: optional(word("glove")) }),
  openVectors: call({
    source: given(ourFile, "a Uint8Array", "a word", "an empty string"),
    options: options({
      pageBytes: count(64),
      pages: count(2),
      cache: optional(given(() => undefined)),
      signal: given(() => new AbortController().signal),
      onProgress: kind.callable(() => undefined),
    }),
  }),
  VectorFile: {
    make: { none: "openVectors makes it" },
    instance: () => opened,
    methods: { has: { word: text("a") }, vector: { word: word("a") }, pick: { words: list(word("a"), 1) }, close: {} },
    notPublic: ["read"],
  },
  encodeVectors: call({ vectors: someVectors }),
  decodeVectors: call({ bytes: given(ourFile) }),
  evaluateSimilarity: call({
    vectors: someVectors,
    text: text("a b 3"),
    options: options({ ...evaluation, delimiter: text(" ") }),
  }),
  evaluateAnalogies: call({
    vectors: someVectors,
    text: { ...text(": s\na b c a"), said: ["section"] },
    options: options(evaluation),
  }),
  pearson: call({ x: several2, y: several2 }),
  spearman: call({ x: several2, y: several2 }),
  sentenceDistance: call({
    vectors: someVectors,
    a: sentence,
    b: sentence,
    options: options({ method: word("wordMovers"), smoothing: kind.from(0.01, "above 0") }),
  }),
  principalComponents: call({ rows: tensorOf([4, 3]), count: { ...count(2), said: ["count", "rows"] } }),
  tSne: call({
    rows: tensorOf([6, 3]),
    options: options({
      perplexity: kind.from(2, "above 0"),
      iterations: { ...count(3), endless: ["2 ** 40"] },
      seed: count(1),
      theta: kind.from(0.5, "0"),
      onProgress: kind.callable(() => undefined),
      signal: given(() => new AbortController().signal),
    }),
  }),
  kMeans: call({
    rows: tensorOf([4, 3]),
    clusters: count(2),
    options: options({
      start: tensorOf([2, 3]),
      generator: given(() => new Generator(1)),
      maxRounds: count(3),
    }),
  }),
  biasDirection: call({ vectors: someVectors, pairs: somePairs }),
  directBias: call({
    vectors: someVectors,
    words: sentence,
    direction: vector,
    strictness: optional(kind.from(1, "0")),
  }),
  neutralise: call({ vector, direction }),
  debias: call({
    vectors: someVectors,
    direction,
    options: options({
      neutralise: list({ ...text("a"), said: ["word"] }, 1, "an array of words"),
      equalise: somePairs,
    }),
  }),
  toEmbedding: call({
    vectors: someVectors,
    vocabulary: optional(list(text("a"), 2, "an array of words")),
    options: options({ frozen: truth(), sparse: truth(false), generator: given(() => new Generator(1)) }),
  }),
  alignVectors: call({ source: someVectors, target: someVectors, pairs: somePairs }),
  sentenceVectors: call({
    vectors: given(() => WordVectors.from([["a", [1, 2]]], { counts: Int32Array.of(3) })),
    sentences: list(sentence, 2),
    options: options({ smoothing: kind.from(0.01, "above 0"), removeCommon: truth() }),
  }),
  Subwords: {
    make: { rows: halves, options: lengths },
    instance: () => scope(() => new Subwords(tensor([[1, 2]]), { minLength: 1, maxLength: 2 })),
    methods: { vectorOf: { word: text("word") }, dispose: {} },
  },
  words: call({
    text: text("a word"),
    options: options({ by: word("unicode"), locale: word("en"), lowerCase: kind.truth() }),
  }),
  lines: { none: "it reads files, and only when it is gone through: its own tests do" },
  lineSentences: { none: "it reads files, and only when it is gone through: its own tests do" },
  countCooccurrences: call({
    sentences,
    vocabulary: given(vocabulary),
    options: options({ window: count(2), symmetric: kind.truth() }),
  }),
  Phrases: {
    make: { none: "made by Phrases.learn" },
    instance: () => phrases,
    methods: {
      apply: { sentence: words },
      score: { first: text("a"), second: text("b"), between: optional({ ...words, said: ["sentence"] }) },
    },
  },
  GloVe: {
    make: {
      vocabulary: given(vocabulary),
      options: options({
        vectorSize: count(2),
        learningRate: kind.from(0.1, "0"),
        xMax: kind.from(2, "above 0"),
        alpha: kind.finite(0.75),
        seed: count(1),
      }),
    },
    instance: () => new GloVe(vocabulary(), { vectorSize: 2 }),
    methods: {
      train: {
        counts: kind.record({
          words: given(() => Int32Array.of(0, 1)),
          contexts: given(() => Int32Array.of(1, 0)),
          times: given(() => Float32Array.of(2, 1)),
        }),
        options: training,
      },
      checkpoint: {},
      vectors: {},
      dispose: {},
    },
    notPublic: ["learn", "tables"],
  },
  Vocabulary: {
    make: {
      words,
      counts: list(count(1), 1),
      options: options({ specials: count(0), unknown: optional(given(() => undefined)) }),
    },
    instance: vocabulary,
    methods: {
      has: { word: text("a") },
      index: { word: word("a") },
      find: { word: kind.anything("a") },
      encode: { words: { ...words, said: ["sentence"] } },
      decode: { numbers: list(count(1), 2, "a Float32Array", "a Uint8Array") },
      keepProbabilities: { sample: optional(kind.from(0.1, "above 0")) },
      toJSON: {},
    },
  },
  WordCounter: {
    make: { options: options(counting) },
    instance: () => {
      const counter = new WordCounter({ minCount: 1 });
      counter.add(["a", "b"]);
      return counter;
    },
    methods: { add: { sentence: words }, vocabulary: {} },
  },
  Word2Vec: {
    make: { vocabulary: given(vocabulary), options: options(learning) },
    instance: () => new Word2Vec(vocabulary(), { vectorSize: 2 }),
    methods: { train: { sentences, options: training }, checkpoint: {}, vectors: {}, dispose: {} },
    notPublic: LEARNT,
  },
  FastText: {
    make: {
      vocabulary: given(vocabulary),
      options: options({
        ...learning,
        minLength: count(1),
        maxLength: count(2),
        buckets: { ...count(5), endless: ["2 ** 40"] },
      }),
    },
    instance: () => new FastText(vocabulary(), { vectorSize: 2, buckets: 5 }),
    methods: { vectors: {} },
    notPublic: LEARNT,
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
      nearest: { queries: tensorOf([1, 2]), k: count(2), among: optional(count(2)) },
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
