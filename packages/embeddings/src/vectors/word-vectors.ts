import {
  assertList,
  assertOneOf,
  assertString,
  assertTensor,
  assertWhole,
  checkOptions,
  fromArray,
  inCall,
  oneOf,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import {
  assertFiniteVector,
  assertVector,
  cosineSimilarity,
  euclideanDistance,
  type Vector,
} from "../similarity/cosine.ts";
import { Subwords } from "../subwords/subwords.ts";
import { type AnalogyOptions, pairDirection, threeCosMul } from "./analogies.ts";
import { missingWord } from "./missing-word.ts";
import { type Rows, RowStore, type Storage } from "./row-store.ts";
import { addUnit, unitOf } from "./units.ts";
import type { WordIndex } from "./word-index.ts";
import { type Neighbour, SEARCH, type SearchOptions, WordSearch } from "./word-search.ts";
import { assertWordVectors, placesOf, type WordVectorsOptions } from "./word-vectors-options.ts";

/** A word, or a vector. */
export type WordOrVector = string | Vector;

/**
 * Words and their vectors: looked up by word, compared, and searched.
 *
 * It owns its memory: `dispose()` it, or declare it with `using`. A search reads every vector once, and is exact.
 *
 * @example
 * using vectors = await loadVectors("glove.6B.100d.txt");
 * vectors.mostSimilar(["king", "woman"], ["man"]); // queen …
 */
export class WordVectors {
  static readonly name: string = "WordVectors";
  /** The words, as their vectors stand: in most files frequent ones first. */
  readonly words: readonly string[];
  readonly counts: Int32Array | undefined;
  readonly subwords: Subwords | undefined;
  private readonly places: WordIndex;
  private readonly store: RowStore;
  private readonly searcher: WordSearch;

  /**
   * @param words each once @param rows (words, size), f32, f16 or i8: the tensor stays its owner's
   * @throws ValueError if a word comes twice or is empty, ShapeError unless there is a row for each word, DTypeError
   */
  constructor(words: readonly string[], rows: Tensor<Shape, Storage>, options: WordVectorsOptions = {}) {
    assertWordVectors(words, rows, options);
    const { counts, scales, lengths, subwords } = options;
    this.places = placesOf(words);
    this.store = new RowStore("WordVectors", rows, scales, lengths);
    this.searcher = new WordSearch(words, this.store);
    this.words = words;
    this.counts = counts;
    try {
      const again = (own: Subwords): Subwords => new Subwords(own.rows, lengthsOf(own));
      this.subwords = subwords === undefined ? undefined : inCall("WordVectors", () => again(subwords));
    } catch (error) {
      this.store.dispose();
      throw error;
    }
  }

  /**
   * Vectors from pairs of a word and its vector.
   * @throws ValueError, ShapeError if vectors differ in length
   */
  static from(entries: Iterable<readonly [string, Vector]>, options: WordVectorsOptions = {}): WordVectors {
    const known: unknown = entries;
    if (typeof known !== "object" || known === null || !(Symbol.iterator in known))
      throw wrongArgument("WordVectors.from", "entries", entries, "pairs of a word and its vector, such as a Map");
    const pairs = [...entries];
    const size = Array.isArray(pairs[0]) ? (pairs[0][1]?.length ?? 0) : 0;
    const values = new Float32Array(pairs.length * size);
    for (const [row, pair] of pairs.entries()) {
      if (!Array.isArray(pair))
        throw wrongArgument("WordVectors.from", "entries", pair, "pairs of a word and its vector");
      const [word, vector] = pair as readonly [string, Vector];
      assertString("WordVectors.from", "entries", word);
      assertVector("WordVectors.from", "entries", vector);
      if (vector.length !== size) {
        const came = { word, size: vector.length, before: size };
        throw new ShapeError("WordVectors.from", came, "all vectors must be equally long");
      }
      values.set(vector, row * size);
    }
    const words = pairs.map(([word]) => word);
    return inCall("WordVectors.from", () =>
      scope(() => new WordVectors(words, fromArray(values, [words.length, size]), options)),
    );
  }

  /** How many words there are. */
  get length(): number {
    return this.store.count;
  }

  /** How many numbers a vector has. */
  get size(): number {
    return this.store.size;
  }

  /** How the vectors are stored. */
  get dtype(): Storage {
    return this.store.dtype;
  }

  /** The vectors as they are stored, (words, size); of i8 ones, `scales` says what a step is worth. Not to be disposed. */
  get rows(): Rows {
    return this.store.rows;
  }

  /** What one step of each i8 vector is worth. */
  get scales(): Float32Array | undefined {
    return this.store.scales;
  }

  /** True for a word with a vector of its own. */
  has(word: string): boolean {
    assertString("WordVectors.has", "word", word);
    return this.places.has(word);
  }

  /** The row of a word's vector; undefined if it has none. */
  indexOf(word: string): number | undefined {
    assertString("WordVectors.indexOf", "word", word);
    return this.places.get(word);
  }

  /** The length of each vector, ‖v‖₂. */
  lengths(): Float32Array {
    return inCall("WordVectors.lengths", () => this.store.lengths());
  }

  /**
   * A word's vector, in an array of its own. A word without one gets the mean of its n-grams' where there are `subwords`.
   * @throws NotFoundError if there is neither, and says which word is near
   */
  vector(word: string): Float32Array {
    return this.vectorFor("WordVectors.vector", word);
  }

  /** Vectors of words, one below the other: (words, size), a new tensor. @throws NotFoundError as `vector` */
  vectors(words: readonly string[]): Tensor<[number, number]> {
    return this.vectorsFor("WordVectors.vectors", words);
  }

  /** `cosineSimilarity` of two words' vectors. @throws NotFoundError */
  similarity(a: WordOrVector, b: WordOrVector): number {
    const op = "WordVectors.similarity";
    return inCall(op, () => cosineSimilarity(this.resolve(op, "a", a), this.resolve(op, "b", b)));
  }

  /** `euclideanDistance` of two words' vectors. @throws NotFoundError */
  distance(a: WordOrVector, b: WordOrVector): number {
    const op = "WordVectors.distance";
    return inCall(op, () => euclideanDistance(this.resolve(op, "a", a), this.resolve(op, "b", b)));
  }

  /** The mean of words' vectors. @throws NotFoundError, ValueError without a word */
  centroid(words: readonly WordOrVector[]): Float32Array {
    return this.meanOf("WordVectors.centroid", words, false);
  }

  /**
   * The words most like all of `positive` and least like those of `negative`: their vectors, each of length 1 and with its
   * sign, are added, and the cosine with each other word's vector is taken. Words that were asked with are left out.
   * @param positive a word or a vector, or several @param negative as `positive`
   * @returns best first
   * @throws NotFoundError, ValueError, ShapeError if a vector is not as long as those of words
   */
  mostSimilar(
    positive: WordOrVector | readonly WordOrVector[],
    negative: WordOrVector | readonly WordOrVector[] = [],
    options: SearchOptions = {},
  ): readonly Neighbour[] {
    const op = "WordVectors.mostSimilar";
    checkOptions<SearchOptions>(op, options, SEARCH);
    const [plus, minus] = [listOf(op, "positive", positive), listOf(op, "negative", negative)];
    if (plus.length + minus.length === 0)
      throw new ValueError(op, { positive: 0, negative: 0 }, "there must be a word or a vector to compare with");
    const sum = new Float64Array(this.size);
    for (const [sign, name, each] of [...signed(1, "positive", plus), ...signed(-1, "negative", minus)]) {
      addUnit(sum, this.resolve(op, name, each), sign);
    }
    return inCall(op, () => this.searcher.nearest(op, sum, this.indicesOf([...plus, ...minus]), options));
  }

  /**
   * a is to b as c is to … The words asked with are left out.
   * @example vectors.analogy("man", "king", "woman") // queen
   * @throws NotFoundError, ValueError
   */
  analogy(a: WordOrVector, b: WordOrVector, c: WordOrVector, options: AnalogyOptions = {}): readonly Neighbour[] {
    const op = "WordVectors.analogy";
    checkOptions<AnalogyOptions>(op, options, { ...SEARCH, method: oneOf("3CosAdd", "3CosMul", "pairDirection") });
    const { method = "3CosAdd", count, among } = options;
    if (method === "3CosAdd") {
      const search = { ...(count === undefined ? {} : { count }), ...(among === undefined ? {} : { among }) };
      return inCall(op, () => this.mostSimilar([b, c], [a], search));
    }
    const units = Object.entries({ a, b, c }).map(([name, each]) => unitOf(this.resolve(op, name, each)));
    const [unitA, unitB, unitC] = units as [Float32Array, Float32Array, Float32Array];
    const scores = inCall(op, () =>
      method === "3CosMul"
        ? threeCosMul(this.searcher.cosinesWith([unitB, unitC]), this.searcher.cosinesWith([unitA]))
        : pairDirection(this.store, unitA, unitB, unitC),
    );
    return this.searcher.best(op, scores, this.indicesOf([a, b, c]), options);
  }

  /**
   * The word that is least like the others: the one with the smallest cosine with the mean of their vectors of length 1.
   * @throws NotFoundError, ValueError without a word
   */
  oddOneOut(words: readonly string[]): string {
    const op = "WordVectors.oddOneOut";
    const mean = this.meanOf(op, words, true);
    let [odd, least] = ["", Infinity];
    for (const word of words) {
      const similarity = cosineSimilarity(this.vectorFor(op, word), mean);
      if (similarity < least) [odd, least] = [word, similarity];
    }
    return odd;
  }

  /**
   * Of each query the rows of vectors with the largest cosines, best first; of several at once this is quicker than one by one.
   * @param queries (queries, size), f32, of any length @param k how many of each @param among the first so many words alone
   * @throws ShapeError, DTypeError, ValueError
   */
  nearest(queries: Tensor, k: number, among: number = this.length): readonly Int32Array[] {
    const op = "WordVectors.nearest";
    assertTensor(op, "queries", queries);
    assertWhole(op, "k", k);
    assertWhole(op, "among", among);
    const most = Math.min(among, this.length);
    return inCall(op, () => this.store.nearest(queries, Math.min(k, most), most).map(({ indices }) => indices));
  }

  /**
   * Makes searches for one query quicker, with the same result to the last bit: `factor · count` candidates are chosen among
   * vectors rounded to i8, and ranked by their own, so that a quarter of the memory is read. Where rounding leaves a doubt that
   * all of the best are among them, more are taken, and then all. The rounded vectors are made here, and stay: a quarter of
   * the memory of f32 ones more. i8 vectors are what they are, and searched as before.
   * @returns itself
   */
  preselect(factor = 4): this {
    assertWhole("WordVectors.preselect", "factor", factor, 1);
    inCall("WordVectors.preselect", () => this.searcher.preselect(factor));
    return this;
  }

  /** The same words with vectors in another dtype: new memory, with an owner of its own. Options go along. */
  to(dtype: Storage): WordVectors {
    assertOneOf("WordVectors.to", "dtype", dtype, ["f32", "f16", "i8"]);
    const store = inCall("WordVectors.to", () => this.store.to(dtype));
    const { scales } = store;
    try {
      const { counts, subwords } = this;
      return new WordVectors(this.words, store.rows, { counts, scales, subwords });
    } finally {
      store.dispose();
    }
  }

  /** Gives the memory back. */
  dispose(): void {
    this.store.dispose();
    this.searcher.dispose();
    this.subwords?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private vectorFor(op: string, word: string): Float32Array {
    assertString(op, "word", word);
    const place = this.places.get(word);
    if (place === undefined) {
      const guessed = inCall(op, () => this.subwords?.vectorOf(word));
      if (guessed !== undefined) return guessed;
      throw missingWord(op, word, this.words, this.places);
    }
    return inCall(op, () => scope(() => this.store.gather([place]).data()));
  }

  private vectorsFor(op: string, words: readonly string[]): Tensor<[number, number]> {
    assertList(op, "words", words, "an array of words");
    const places = Array.from(words, (word) => {
      assertString(op, "words", word); // also what a hole in an array gives
      return this.places.get(word);
    });
    if (places.every((place) => place !== undefined)) return inCall(op, () => this.store.gather(places));
    const values = new Float32Array(words.length * this.size);
    for (const [row, word] of words.entries()) values.set(this.vectorFor(op, word), row * this.size);
    return fromArray(values, [words.length, this.size]);
  }

  /** A word's vector, or the vector that came. */
  private resolve(op: string, name: string, each: WordOrVector): Vector {
    if (typeof each === "string") return this.vectorFor(op, each);
    assertFiniteVector(op, name, each);
    if (each.length === this.size) return each;
    throw new ShapeError(op, { [name]: [each.length], size: this.size }, "a vector must be as long as those of words");
  }

  private meanOf(op: string, words: readonly WordOrVector[], ofUnits: boolean): Float32Array {
    assertList(op, "words", words, "an array of words");
    if (words.length === 0) throw new ValueError(op, { words: 0 }, "there must be a word");
    const sum = new Float64Array(this.size);
    for (const word of words) {
      const vector = this.resolve(op, "words", word);
      addUnit(sum, vector, 1, ofUnits);
    }
    return Float32Array.from(sum, (each) => each / words.length);
  }

  private indicesOf(asked: readonly WordOrVector[]): ReadonlySet<number> {
    return new Set(asked.flatMap((each) => (typeof each === "string" ? (this.places.get(each) ?? []) : [])));
  }
}

function lengthsOf({ options: { minLength, maxLength } }: Subwords): { minLength: number; maxLength: number } {
  return { minLength, maxLength };
}

function listOf(op: string, name: string, came: WordOrVector | readonly WordOrVector[]): readonly WordOrVector[] {
  if (typeof came === "string" || came instanceof Float32Array || came instanceof Float64Array) return [came];
  assertList(op, name, came, "a word or a vector, or an array of them");
  const isVector = came.length > 0 && came.every((each) => typeof each === "number");
  return isVector ? [came] : (came as readonly WordOrVector[]);
}

function signed(
  sign: number,
  name: string,
  list: readonly WordOrVector[],
): (readonly [sign: number, name: string, each: WordOrVector])[] {
  return list.map((each) => [sign, name, each] as const);
}
