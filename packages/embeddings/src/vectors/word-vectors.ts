import {
  assertList,
  assertOneOf,
  assertString,
  assertTensor,
  assertWhole,
  checkedLater,
  checkOptions,
  fromArray,
  inCall,
  nearest,
  NotFoundError,
  oneOf,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  topk,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertVector, cosineSimilarity, euclideanDistance, type Vector } from "../similarity/cosine.ts";
import { Subwords } from "../subwords/subwords.ts";
import { pairDirection, threeCosMul } from "./analogies.ts";
import { type Rows, RowStore, type Storage } from "./row-store.ts";
import { WordIndex } from "./word-index.ts";

/** What is known of the words beside their vectors. */
export interface WordVectorsOptions {
  /** How often each word stood in the text, as many as words. */
  readonly counts?: Int32Array | undefined;
  /** What one step of each i8 vector is worth. */
  readonly scales?: Float32Array | undefined;
  /** Lengths of the vectors, where they are known: else they are measured when first needed. */
  readonly lengths?: Float32Array | undefined;
  /** Vectors of n-grams, for words without one of their own: theirs stay their owner's too. */
  readonly subwords?: Subwords | undefined;
}

/** A word that was found, and how like it is. */
export interface Neighbour {
  readonly word: string;
  /** The cosine with what was asked for; of `"3CosMul"` the quotient, of `"pairDirection"` the cosine of directions. */
  readonly similarity: number;
}

/** What a search takes. */
export interface SearchOptions {
  /** How many words; default 10. */
  readonly count?: number;
  /** Search the first so many words alone: files list frequent ones first. All if absent. */
  readonly among?: number;
}

/** How `analogy` finds its word. */
export interface AnalogyOptions extends SearchOptions {
  /**
   * `"3CosAdd"` (Mikolov et al. 2013), the default, `"3CosMul"` (Levy & Goldberg 2014), or `"pairDirection"`, which looks at
   * directions alone (Mikolov, Yih & Zweig 2013).
   */
  readonly method?: "3CosAdd" | "3CosMul" | "pairDirection";
}

/** A word, or a vector. */
export type WordOrVector = string | Vector;

/** Names of options that a search has. */
const SEARCH = { count: checkedLater, among: checkedLater };
/** Words that are compared with a misspelt one, to say what was meant: the first. */
const LIKELY = 20_000;

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
  private coarse: { readonly store: RowStore; readonly factor: number } | undefined;

  /**
   * @param words each once @param rows (words, size), f32, f16 or i8: the tensor stays its owner's
   * @throws ValueError if a word comes twice or is empty, ShapeError unless there is a row for each word, DTypeError
   */
  constructor(words: readonly string[], rows: Tensor<Shape, Storage>, options: WordVectorsOptions = {}) {
    assertList("WordVectors", "words", words, "an array of words");
    assertTensor("WordVectors", "rows", rows);
    checkOptions<WordVectorsOptions>("WordVectors", options, {
      counts: checkedLater,
      scales: checkedLater,
      lengths: checkedLater,
      subwords: checkedLater,
    });
    const { counts, scales, lengths, subwords } = options;
    for (const [name, each] of Object.entries({ scales, lengths })) {
      if (each !== undefined && !(each instanceof Float32Array))
        throw wrongArgument("WordVectors", name, each, "a Float32Array");
    }
    if (counts !== undefined && !(counts instanceof Int32Array))
      throw wrongArgument("WordVectors", "counts", counts, "an Int32Array");
    if (subwords !== undefined && !(subwords instanceof Subwords))
      throw wrongArgument("WordVectors", "subwords", subwords, "Subwords");
    if (words.length !== rows.shape[0]) {
      const came = { words: words.length, rows: rows.shape };
      throw new ShapeError("WordVectors", came, "there must be one row for each word");
    }
    if (counts !== undefined && counts.length !== words.length) {
      const came = { words: words.length, counts: counts.length };
      throw new ShapeError("WordVectors", came, "there must be one count for each word");
    }
    this.places = placesOf(words);
    this.store = new RowStore("WordVectors", rows, scales, lengths);
    if (subwords !== undefined && subwords.size !== this.store.size) {
      this.store.dispose();
      const came = { size: rows.shape[1] ?? 0, subwords: subwords.size };
      throw new ShapeError("WordVectors", came, "vectors of n-grams must be as long as those of words");
    }
    this.words = words;
    this.counts = counts;
    this.subwords = subwords === undefined ? undefined : new Subwords(subwords.rows, lengthsOf(subwords));
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
    return this.store.lengths();
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
    return this.search(op, sum, this.indicesOf([...plus, ...minus]), options);
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
    const scores =
      method === "3CosMul"
        ? threeCosMul(this.cosinesWith([unitB, unitC]), this.cosinesWith([unitA]))
        : pairDirection(this.store, unitA, unitB, unitC);
    return this.best(op, scores, this.indicesOf([a, b, c]), options);
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
   * Has searches choose `factor · count` candidates among vectors rounded to i8, and rank these by their own: a quarter of the
   * memory is read. A word whose cosine is as near to the last as rounding is can be missed. The rounded vectors are made
   * here, and stay.
   * @returns itself
   */
  preselect(factor = 4): this {
    assertWhole("WordVectors.preselect", "factor", factor, 1);
    this.coarse = { store: this.coarse?.store ?? this.store.to("i8"), factor };
    this.coarse.store.lengths();
    return this;
  }

  /** The same words with vectors in another dtype: new memory, with an owner of its own. Options go along. */
  to(dtype: Storage): WordVectors {
    assertOneOf("WordVectors.to", "dtype", dtype, ["f32", "f16", "i8"]);
    const store = this.store.to(dtype);
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
    this.coarse?.store.dispose();
    this.coarse = undefined;
    this.subwords?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private vectorFor(op: string, word: string): Float32Array {
    assertString(op, "word", word);
    const place = this.places.get(word);
    if (place === undefined) {
      const guessed = this.subwords?.vectorOf(word);
      if (guessed !== undefined) return guessed;
      throw this.missing(op, word);
    }
    return scope(() => this.store.gather([place]).data());
  }

  private vectorsFor(op: string, words: readonly string[]): Tensor<[number, number]> {
    assertList(op, "words", words, "an array of words");
    const places = Array.from(words, (word) => {
      assertString(op, "words", word); // also what a hole in an array gives
      return this.places.get(word);
    });
    if (places.every((place) => place !== undefined)) return this.store.gather(places);
    const values = new Float32Array(words.length * this.size);
    for (const [row, word] of words.entries()) values.set(this.vectorFor(op, word), row * this.size);
    return fromArray(values, [words.length, this.size]);
  }

  /** A word's vector, or the vector that came. */
  private resolve(op: string, name: string, each: WordOrVector): Vector {
    if (typeof each === "string") return this.vectorFor(op, each);
    assertVector(op, name, each);
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

  private missing(op: string, word: string): NotFoundError {
    const lower = word.toLowerCase();
    const near = this.places.has(lower) ? lower : nearest(word, this.words.slice(0, LIKELY));
    const fix = near === undefined ? "ask has(word) first" : `did you mean ${JSON.stringify(near)}?`;
    return new NotFoundError(op, { word, words: this.length }, `there is no vector for ${JSON.stringify(word)}`, fix);
  }

  private indicesOf(asked: readonly WordOrVector[]): ReadonlySet<number> {
    return new Set(asked.flatMap((each) => (typeof each === "string" ? (this.places.get(each) ?? []) : [])));
  }

  private search(
    op: string,
    query: Float64Array,
    without: ReadonlySet<number>,
    options: SearchOptions,
  ): readonly Neighbour[] {
    const { count, among } = this.limits(op, options);
    const unit = unitOf(query);
    if (among < this.length) {
      const scores = this.cosinesWith([unit], among)[0] ?? new Float32Array(0);
      return this.best(op, scores, without, options);
    }
    const wanted = Math.min(this.length, count + without.size);
    const found = scope(() => this.rank(fromArray(unit, [1, this.size]), unit, wanted));
    return found
      .filter(([place]) => !without.has(place))
      .slice(0, count)
      .map(([place, similarity]) => ({ word: this.words[place] ?? "", similarity }));
  }

  /** The `wanted` best rows of one query. */
  private rank(query: Tensor, unit: Float32Array, wanted: number): (readonly [place: number, similarity: number])[] {
    const { coarse } = this;
    const k = Math.min(this.length, wanted * (coarse?.factor ?? 1));
    const found = (coarse?.store ?? this.store).nearest(query, k)[0];
    const pairs = Array.from(found?.indices ?? [], (place, at): [number, number] => [
      place,
      found?.similarities[at] ?? 0,
    ]);
    if (coarse === undefined) return pairs;
    const rows = this.store.gather(pairs.map(([place]) => place)).data();
    const lengths = this.store.lengths();
    const ranked = pairs.map(([place], row): [number, number] => {
      let product = 0;
      for (let at = 0; at < this.size; at++) product += (rows[row * this.size + at] ?? 0) * (unit[at] ?? 0);
      return [place, product === 0 ? 0 : product / (lengths[place] ?? 1)];
    });
    return ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, wanted);
  }

  /** Cosines of each of some vectors of length 1 with each word's. */
  private cosinesWith(units: readonly Float32Array[], among = this.length): Float32Array[] {
    const queries = new Float32Array(units.length * this.size);
    for (const [row, unit] of units.entries()) queries.set(unit, row * this.size);
    const all = scope(() => this.store.cosines(fromArray(queries, [units.length, this.size]), among));
    return all;
  }

  /** The words with the largest scores. */
  private best(
    op: string,
    scores: Float32Array,
    without: ReadonlySet<number>,
    options: SearchOptions,
  ): readonly Neighbour[] {
    const { count, among } = this.limits(op, options);
    const part = scores.subarray(0, among);
    const wanted = Math.min(part.length, count + without.size);
    const { values, places } = scope(() => {
      const found = topk(fromArray(part, [part.length]), wanted);
      return { values: found.values.data(), places: found.indices.data() };
    });
    return Array.from(places, (place, at) => ({ place, similarity: values[at] ?? 0 }))
      .filter(({ place }) => !without.has(place))
      .slice(0, count)
      .map(({ place, similarity }) => ({ word: this.words[place] ?? "", similarity }));
  }

  private limits(op: string, { count = 10, among = this.length }: SearchOptions): { count: number; among: number } {
    assertWhole(op, "count", count);
    assertWhole(op, "among", among);
    return { count, among: Math.min(among, this.length) };
  }
}

function lengthsOf({ options: { minLength, maxLength } }: Subwords): { minLength: number; maxLength: number } {
  return { minLength, maxLength };
}

function placesOf(words: readonly string[]): WordIndex {
  for (let at = 0; at < words.length; at++) {
    const word: unknown = words[at];
    if (typeof word !== "string") throw wrongArgument("WordVectors", `words[${at}]`, word, "a string");
    if (word === "") throw new ValueError("WordVectors", { index: at }, "a word has at least one character");
  }
  return new WordIndex(words, (first, again) => {
    throw new ValueError("WordVectors", { word: words[first], first, again }, "each word comes once");
  });
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

/** sum += sign · v / ‖v‖, or v as it is. */
function addUnit(sum: Float64Array, vector: Vector, sign: number, isUnit = true): void {
  let length = 1;
  if (isUnit) {
    length = 0;
    for (const each of vector) length += each * each;
    length = length === 0 ? 1 : Math.sqrt(length);
  }
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (sign * (vector[at] ?? 0)) / length;
}

function unitOf(vector: Vector): Float32Array {
  const sum = new Float64Array(vector.length);
  addUnit(sum, vector, 1);
  return Float32Array.from(sum);
}
