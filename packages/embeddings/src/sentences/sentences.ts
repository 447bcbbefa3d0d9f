import {
  assertList,
  assertString,
  type Check,
  checkOptions,
  fromArray,
  inCall,
  oneOf,
  scope,
  svd,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { cosineSimilarity, euclideanDistance } from "../similarity/cosine.ts";
import { hasVector } from "../vectors/has-vector.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { transportCost } from "./transport.ts";

/** How far apart two sentences are, and by what. */
export interface SentenceDistanceOptions {
  /**
   * `"mean"`: 1 − the cosine of the means, the default. `"sif"`: the same of weighted means, where frequent words count
   * little; needs `counts` of the vectors. `"wordMovers"`: how far words must move (Kusner et al. 2015).
   */
  readonly method?: "mean" | "sif" | "wordMovers";
  /** The a of SIF's weight a / (a + p(word)) (Arora, Liang & Ma 2017, algorithm 1). Default 0.001. */
  readonly smoothing?: number;
}

const number: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value > 0 && value < Infinity))
    throw wrongArgument(op, name, value, "a number above 0");
};

/**
 * How far apart two sentences are, as words. Words without a vector, of their own or by n-grams, are passed over, as in gensim;
 * without any there is nothing to compare.
 *
 * Word mover's distance is exact: words as often as they come, each moved by the distance of the vectors, all of length 1.
 * SIF here is the weighting; `sentenceVectors` takes the common direction of a set of sentences away, too.
 * @returns from 0, and up to 2; of two sentences of the same words 0
 * @throws ValueError where no word of a sentence has a vector
 */
export function sentenceDistance(
  vectors: WordVectors,
  a: readonly string[],
  b: readonly string[],
  options: SentenceDistanceOptions = {},
): number {
  const op = "sentenceDistance";
  assertVectors(op, vectors);
  checkOptions<SentenceDistanceOptions>(op, options, { method: oneOf("mean", "sif", "wordMovers"), smoothing: number });
  const { method = "mean", smoothing = 1e-3 } = options;
  const [wordsA, wordsB] = [knownOf(op, "a", vectors, a), knownOf(op, "b", vectors, b)];
  if (method === "wordMovers") return inCall(op, () => wordMovers(vectors, wordsA, wordsB));
  const weight = method === "sif" ? inverseFrequency(op, vectors, smoothing) : () => 1;
  return inCall(
    op,
    () => 1 - cosineSimilarity(weightedMean(vectors, wordsA, weight), weightedMean(vectors, wordsB, weight)),
  );
}

/** What `sentenceVectors` takes. */
export interface SentenceVectorsOptions {
  /** As of `sentenceDistance`. Default 0.001. */
  readonly smoothing?: number;
  /** Whether the direction that all sentences share is taken away. Default true. */
  readonly removeCommon?: boolean;
}

/**
 * A vector for each sentence by SIF (Arora, Liang & Ma 2017): the mean of its words' vectors with weights a / (a + p(word)), less
 * its part along the first principal direction of all these means. A simple baseline that is hard to beat.
 * @param vectors with `counts` @param sentences words of each
 * @throws ValueError without counts, or where no word of a sentence has a vector
 */
export function sentenceVectors(
  vectors: WordVectors,
  sentences: readonly (readonly string[])[],
  options: SentenceVectorsOptions = {},
): Float32Array[] {
  const op = "sentenceVectors";
  assertVectors(op, vectors);
  assertList(op, "sentences", sentences, "an array of sentences, each an array of words");
  checkOptions<SentenceVectorsOptions>(op, options, {
    smoothing: number,
    removeCommon: (name, option, value) => {
      if (typeof value !== "boolean") throw wrongArgument(name, option, value, "true or false");
    },
  });
  const weight = inverseFrequency(op, vectors, options.smoothing ?? 1e-3);
  const means = Array.from(sentences, (sentence) =>
    inCall(op, () => weightedMean(vectors, knownOf(op, "sentences", vectors, sentence), weight)),
  );
  if (options.removeCommon === false || means.length === 0) return means;
  const common = inCall(op, () => firstDirection(means));
  return means.map((mean) => {
    const along = mean.reduce((sum, each, at) => sum + each * (common[at] ?? 0), 0);
    return mean.map((each, at) => each - along * (common[at] ?? 0));
  });
}

/** The first right singular vector of rows. */
function firstDirection(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) values.set(row, at * size);
  return scope(() =>
    svd(fromArray(values, [rows.length, size]), { fullMatrices: false })
      .vh.at(0)
      .data(),
  );
}

function unit(row: Float64Array): Float64Array {
  const length = Math.sqrt(row.reduce((sum, each) => sum + each * each, 0)) || 1;
  return row.map((each) => each / length);
}

/** a / (a + p(word)) by the words' counts. */
function inverseFrequency(op: string, vectors: WordVectors, smoothing: number): (word: string) => number {
  const { counts } = vectors;
  if (counts === undefined) {
    throw new ValueError(
      op,
      { counts: "none" },
      "SIF weighs words by how often they stand in text",
      "give WordVectors their counts",
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return (word) => {
    const place = vectors.indexOf(word);
    return smoothing / (smoothing + (place === undefined ? 0 : (counts[place] ?? 0) / total));
  };
}

function weightedMean(vectors: WordVectors, words: readonly string[], weight: (word: string) => number): Float32Array {
  const sum = new Float64Array(vectors.size);
  for (const word of words) {
    const [by, vector] = [weight(word), vectors.vector(word)];
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + by * (vector[at] ?? 0);
  }
  return Float32Array.from(sum, (each) => each / words.length);
}

function wordMovers(vectors: WordVectors, a: readonly string[], b: readonly string[]): number {
  const [ofA, ofB] = [shares(a), shares(b)];
  const units = (words: Iterable<string>): Float64Array[] =>
    Array.from(words, (word) => unit(Float64Array.from(vectors.vector(word))));
  const [from, to] = [units(ofA.keys()), units(ofB.keys())];
  const none = new Float64Array(0);
  return transportCost([...ofA.values()], [...ofB.values()], (i, j) =>
    euclideanDistance(from[i] ?? none, to[j] ?? none),
  );
}

/** Words with their share of a sentence. */
function shares(words: readonly string[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const word of words) all.set(word, (all.get(word) ?? 0) + 1 / words.length);
  return all;
}

function knownOf(op: string, name: string, vectors: WordVectors, words: readonly string[]): readonly string[] {
  assertList(op, name, words, "an array of words");
  const known = Array.from(words, (word) => {
    assertString(op, name, word);
    return word;
  }).filter((word) => hasVector(vectors, word));
  if (known.length > 0) return known;
  throw new ValueError(op, { [name]: words.slice(0, 5).join(" ") }, `no word of ${name} has a vector`);
}

function assertVectors(op: string, vectors: unknown): asserts vectors is WordVectors {
  if (!(vectors instanceof WordVectors)) throw wrongArgument(op, "vectors", vectors, "WordVectors");
}
