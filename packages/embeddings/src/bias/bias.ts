import {
  checkOptions,
  fromArray,
  inCall,
  scope,
  ShapeError,
  svd,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertPairs, assertWords } from "../arguments/words.ts";
import { assertFiniteVector, cosineSimilarity, type Vector } from "../similarity/cosine.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

/** Two words that differ in what the direction is of, such as `["she", "he"]`. */
export type WordPair = readonly [string, string];

/**
 * The direction in which pairs of words differ (Bolukbasi et al. 2016, section 5.1): each pair's vectors of length 1 less their
 * mean, and of all these the first principal component. It points from the second words to the first.
 * @param pairs such as `[["she", "he"], ["woman", "man"]]`
 * @returns of length 1
 * @throws NotFoundError, ValueError without a pair, or where no pair differs
 */
export function biasDirection(vectors: WordVectors, pairs: readonly WordPair[]): Float32Array {
  const op = "biasDirection";
  assertVectors(op, vectors);
  assertPairs(op, "pairs", pairs);
  if (pairs.length === 0) throw new ValueError(op, { pairs: 0 }, "there must be a pair");
  const { size } = vectors;
  const halves = pairs.map(([a, b]) => {
    const [u, v] = [unit(wordVector(op, vectors, a)), unit(wordVector(op, vectors, b))];
    return u.map((each, at) => (each - (v[at] ?? 0)) / 2); // a − (a + b) / 2; b's is the opposite
  });
  if (halves.every((half) => dot(half, half) === 0))
    throw new ValueError(op, { pairs: pairs[0]?.join(" ") ?? "" }, "the words of a pair must differ in their vectors");
  const direction = scope(() => {
    const rows = fromArray(Float32Array.from(halves.flatMap((half) => [...half])), [halves.length, size]);
    return inCall(op, () => svd(rows, { fullMatrices: false }))
      .vh.at(0)
      .data();
  });
  const sign = halves.reduce((sum, half) => sum + dot(half, direction), 0) < 0 ? -1 : 1;
  return direction.map((each) => sign * each);
}

/**
 * How much words lean along a direction: the mean of |cos(word, direction)|^c (Bolukbasi et al. 2016, section 5.2), 0 where none
 * does.
 * @param strictness the c, finite: 1, the default, counts leanings as they are, 0 any leaning as whole
 * @throws NotFoundError, ValueError without a word or a direction, ShapeError
 */
export function directBias(vectors: WordVectors, words: readonly string[], direction: Vector, strictness = 1): number {
  const op = "directBias";
  assertVectors(op, vectors);
  assertWords(op, "words", words);
  assertDirection(op, vectors, direction);
  if (typeof strictness !== "number" || !(strictness >= 0 && strictness < Infinity))
    throw wrongArgument(op, "strictness", strictness, "a finite number from 0 up");
  if (words.length === 0) throw new ValueError(op, { words: 0 }, "there must be a word");
  let sum = 0;
  for (const word of words) {
    const leaning = Math.abs(cosineSimilarity(wordVector(op, vectors, word), direction));
    if (leaning !== 0) sum += leaning ** strictness; // 0 ** 0 is 1, and no leaning
  }
  return sum / words.length;
}

/**
 * A vector of length 1 without its part along a direction (Bolukbasi et al. 2016, eq. 1).
 * @throws ShapeError, ValueError of a vector that has no other part, or a direction of zeros
 */
export function neutralise(vector: Vector, direction: Vector): Float32Array {
  assertFiniteVector("neutralise", "vector", vector);
  assertFiniteVector("neutralise", "direction", direction);
  if (vector.length !== direction.length)
    throw new ShapeError(
      "neutralise",
      { vector: [vector.length], direction: [direction.length] },
      "vectors must be equally long",
    );
  assertLength("neutralise", direction);
  const rest = neutral(vector, unit(direction));
  if (rest !== undefined) return Float32Array.from(rest);
  throw new ValueError("neutralise", { vector: [vector.length] }, "a vector must have a part beside the direction");
}

/** What `debias` does to which words. */
export interface DebiasOptions {
  /** Words that lose their part along the direction; all but those of `equalise` if absent. */
  readonly neutralise?: readonly string[];
  /** Pairs that come to differ along the direction alone, equally far from every neutral word: `["grandmother", "grandfather"]`. */
  readonly equalise?: readonly WordPair[];
}

/**
 * Vectors in which neutral words have no part along a direction and pairs differ by it alone (Bolukbasi et al. 2016, hard
 * de-biasing). All vectors come out with length 1, but those of zeros, which stay. It takes away what the direction shows, and not what other directions
 * still tell (Gonen & Goldberg 2019).
 * @returns an owner of its own, f32
 * @throws NotFoundError, ShapeError, ValueError also of a neutral word that has no part beside the direction
 */
export function debias(vectors: WordVectors, direction: Vector, options: DebiasOptions = {}): WordVectors {
  const op = "debias";
  assertVectors(op, vectors);
  assertDirection(op, vectors, direction);
  checkOptions<DebiasOptions>(op, options, { neutralise: assertWords, equalise: assertPairs });
  const { equalise = [] } = options;
  const g = unit(direction);
  const { size, words } = vectors;
  const paired = new Set(equalise.flat());
  const neutralWords = options.neutralise ?? words.filter((word) => !paired.has(word));
  const rows = inCall(op, () => scope(() => vectors.vectors(words).data()));
  const write = (word: string, vector: Float64Array): void => {
    wordVector(op, vectors, word); // refuses a word that is not there
    rows.set(vector, (vectors.indexOf(word) ?? 0) * size);
  };
  for (let row = 0; row < words.length; row++) {
    const at = rows.subarray(row * size, (row + 1) * size);
    at.set(unit(at));
  }
  for (const word of neutralWords) {
    const vector = wordVector(op, vectors, word);
    const rest = neutral(vector, g);
    if (rest !== undefined) write(word, rest);
    else if (dot(vector, vector) !== 0)
      throw new ValueError(op, { word }, "a neutral word must have a part beside the direction", "leave it out");
  }
  for (const [a, b] of equalise) {
    const [u, v] = [unit(wordVector(op, vectors, a)), unit(wordVector(op, vectors, b))];
    const shared = without(
      u.map((each, at) => (each + (v[at] ?? 0)) / 2),
      g,
    );
    const rest = Math.sqrt(Math.max(0, 1 - dot(shared, shared)));
    const sign = dot(u, g) - dot(v, g) < 0 ? -1 : 1;
    write(
      a,
      shared.map((each, at) => each + sign * rest * (g[at] ?? 0)),
    );
    write(
      b,
      shared.map((each, at) => each - sign * rest * (g[at] ?? 0)),
    );
  }
  return scope(() => new WordVectors(words, fromArray(rows, [words.length, size]), { counts: vectors.counts }));
}

function unit(vector: ArrayLike<number>): Float64Array {
  const wide = Float64Array.from(vector);
  const length = Math.sqrt(dot(wide, wide)) || 1;
  return wide.map((each) => each / length);
}

function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += (x[at] ?? 0) * (y[at] ?? 0);
  return sum;
}

/** What rounding of f32 leaves of a vector of length 1 less all that it is. */
const ROUNDING = 1e-6;

/** A vector of length 1 without its part along a direction of length 1; undefined if it has no other. */
function neutral(vector: Vector, direction: Float64Array): Float64Array | undefined {
  const rest = without(unit(vector), direction);
  return Math.sqrt(dot(rest, rest)) > ROUNDING ? unit(rest) : undefined;
}

function without(vector: Float64Array, direction: Float64Array): Float64Array {
  const along = dot(vector, direction);
  return vector.map((each, at) => each - along * (direction[at] ?? 0));
}

function assertVectors(op: string, vectors: unknown): asserts vectors is WordVectors {
  if (!(vectors instanceof WordVectors)) throw wrongArgument(op, "vectors", vectors, "WordVectors");
}

function assertDirection(op: string, vectors: WordVectors, direction: Vector): void {
  assertFiniteVector(op, "direction", direction);
  if (direction.length !== vectors.size)
    throw new ShapeError(
      op,
      { direction: [direction.length], size: vectors.size },
      "a direction must be as long as the vectors",
    );
  assertLength(op, direction);
}

function assertLength(op: string, direction: Vector): void {
  const squared = dot(direction, direction);
  if (!(squared > 0 && squared < Infinity))
    throw new ValueError(op, { "‖direction‖²": squared }, "a direction must have a length above 0 that is finite");
}

function wordVector(op: string, vectors: WordVectors, word: string): Float32Array {
  return inCall(op, () => vectors.vector(word));
}
