import { assertWhole, checkedLater, fromArray, scope, type Tensor, topk } from "@unfoldjs/tensor-core";
import type { RowStore } from "./row-store.ts";
import { unitOf } from "./units.ts";

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

/** Names of options that a search has. */
export const SEARCH: { readonly count: typeof checkedLater; readonly among: typeof checkedLater } = {
  count: checkedLater,
  among: checkedLater,
};
/** Finds words by their vectors. A search reads every vector once, and is exact unless `preselect` was called. */
export class WordSearch {
  private readonly words: readonly string[];
  private readonly store: RowStore;
  private coarse: { readonly store: RowStore; readonly factor: number } | undefined;

  /** @param store a vector for each word: it stays its owner's */
  constructor(words: readonly string[], store: RowStore) {
    this.words = words;
    this.store = store;
  }

  /** Chooses `factor · count` candidates by vectors rounded to i8, which are made here. */
  preselect(factor: number): void {
    this.coarse = { store: this.coarse?.store ?? this.store.to("i8"), factor };
    this.coarse.store.lengths();
  }

  /** Gives the rounded vectors back. */
  dispose(): void {
    this.coarse?.store.dispose();
    this.coarse = undefined;
  }

  /** The words with the largest cosines with a query. */
  nearest(op: string, query: Float64Array, without: ReadonlySet<number>, options: SearchOptions): readonly Neighbour[] {
    const { count, among } = this.limits(op, options);
    const unit = unitOf(query);
    if (among < this.words.length) {
      const scores = this.cosinesWith([unit], among)[0] ?? new Float32Array(0);
      return this.best(op, scores, without, options);
    }
    const wanted = Math.min(this.words.length, count + without.size);
    const found = scope(() => this.rank(fromArray(unit, [1, this.store.size]), unit, wanted));
    return found
      .filter(([place]) => !without.has(place))
      .slice(0, count)
      .map(([place, similarity]) => ({ word: this.words[place] ?? "", similarity }));
  }

  /** The `wanted` best rows of one query. */
  private rank(query: Tensor, unit: Float32Array, wanted: number): (readonly [place: number, similarity: number])[] {
    const { coarse } = this;
    const k = Math.min(this.words.length, wanted * (coarse?.factor ?? 1));
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
      for (let at = 0; at < this.store.size; at++) product += (rows[row * this.store.size + at] ?? 0) * (unit[at] ?? 0);
      return [place, product === 0 ? 0 : product / (lengths[place] ?? 1)];
    });
    return ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, wanted);
  }

  /** Cosines of each of some vectors of length 1 with each word's. */
  cosinesWith(units: readonly Float32Array[], among: number = this.words.length): Float32Array[] {
    const queries = new Float32Array(units.length * this.store.size);
    for (const [row, unit] of units.entries()) queries.set(unit, row * this.store.size);
    return scope(() => this.store.cosines(fromArray(queries, [units.length, this.store.size]), among));
  }

  /** The words with the largest scores. */
  best(op: string, scores: Float32Array, without: ReadonlySet<number>, options: SearchOptions): readonly Neighbour[] {
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

  private limits(
    op: string,
    { count = 10, among = this.words.length }: SearchOptions,
  ): { count: number; among: number } {
    assertWhole(op, "count", count);
    assertWhole(op, "among", among);
    return { count, among: Math.min(among, this.words.length) };
  }
}
