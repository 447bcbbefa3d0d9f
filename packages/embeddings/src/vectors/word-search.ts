import { assertWhole, checkedLater, fromArray, scope, topk } from "@unfoldjs/tensor-core";
import { RoundedRows } from "./rounded-rows.ts";
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
/** Finds words by their vectors. A search is exact, and reads every vector once, or what is left of it in i8. */
export class WordSearch {
  private readonly words: readonly string[];
  private readonly store: RowStore;
  private rounded: RoundedRows | undefined;

  /** @param store a vector for each word: it stays its owner's */
  constructor(words: readonly string[], store: RowStore) {
    this.words = words;
    this.store = store;
  }

  /** Has searches read vectors rounded to i8, which are made here, and few of the others; of i8 ones it changes nothing. */
  preselect(factor: number): void {
    if (this.store.dtype === "i8") return;
    const rounded = new RoundedRows(this.store, factor);
    this.rounded?.dispose();
    this.rounded = rounded;
  }

  /** Gives the rounded vectors back. */
  dispose(): void {
    this.rounded?.dispose();
    this.rounded = undefined;
  }

  /** The words with the largest cosines with a query. */
  nearest(op: string, query: Float64Array, without: ReadonlySet<number>, options: SearchOptions): readonly Neighbour[] {
    const { count, among } = this.limits(op, options);
    const wanted = Math.min(among, count + without.size);
    const found = scope(() => {
      const unit = fromArray(unitOf(query), [1, this.store.size]);
      return this.rounded?.nearest(unit, wanted, among) ?? this.store.nearest(unit, wanted, among)[0];
    });
    return this.neighbours(found?.indices ?? new Int32Array(0), found?.similarities ?? [], without, count);
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
    const { values, indices } = scope(() => {
      const found = topk(fromArray(part, [part.length]), wanted);
      return { values: found.values.data(), indices: found.indices.data() };
    });
    return this.neighbours(indices, values, without, count);
  }

  private neighbours(
    places: Int32Array,
    similarities: ArrayLike<number>,
    without: ReadonlySet<number>,
    count: number,
  ): readonly Neighbour[] {
    return Array.from(places, (place, at) => ({ place, similarity: similarities[at] ?? 0 }))
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
