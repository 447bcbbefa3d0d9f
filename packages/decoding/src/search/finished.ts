import type { Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import type { PrefixStore } from "../hypotheses/prefix-store.ts";

/** A hypothesis that goes on no further. */
export interface Complete {
  readonly node: number;
  readonly logProbability: number;
  readonly score: number;
  readonly ended: Ended;
  readonly attention: readonly Float32Array[] | undefined;
}

/** The best complete hypotheses of a sentence, best first; of equal scores the one that was found first is better. */
export class FinishedList {
  readonly #store: PrefixStore;
  readonly #capacity: number;
  readonly #list: Complete[] = [];
  /** How many were ever added, kept or not. */
  added = 0;

  constructor(store: PrefixStore, capacity: number) {
    this.#store = store;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#list.length;
  }

  /** The score of the one on a place, −∞ if there are not so many. */
  scoreOf(place: number): number {
    return this.#list[place]?.score ?? -Infinity;
  }

  /** Takes over the caller's hold on the node. */
  add(complete: Complete): void {
    this.added++;
    // The first place of a lower score, by halving: samples are many.
    let [at, end] = [0, this.#list.length];
    while (at < end) {
      const middle = (at + end) >> 1;
      if ((this.#list[middle] as Complete).score < complete.score) end = middle;
      else at = middle + 1;
    }
    this.#list.splice(at, 0, complete);
    if (this.#list.length > this.#capacity) this.#store.drop((this.#list.pop() as Complete).node);
  }

  hypotheses(count: number): Hypothesis[] {
    return this.#list.slice(0, count).map(({ node, logProbability, score, ended, attention }) => ({
      tokens: this.#store.tokens(node),
      logProbability,
      tokenLogProbabilities: this.#store.logProbabilities(node),
      score,
      ended,
      ...(attention !== undefined && { attention }),
    }));
  }
}
