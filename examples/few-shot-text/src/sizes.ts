import type { SplitSizes } from "./split.ts";

/** How much a study does. */
export interface Sizes {
  readonly split: SplitSizes;
  /** Repetitions, each of other documents. */
  readonly seeds: number;
  /** Examples a class that a head alone is learned from. */
  readonly headAmounts: readonly number[];
  /** And those that the network is tuned with before. */
  readonly tunedAmounts: readonly number[];
  /** Pairs of each kind that each text comes to, as setfit's `num_iterations`. */
  readonly iterations: number;
}

/** The whole study, which setfit.json has setfit's numbers of. */
export const WHOLE: Sizes = {
  split: { train: 64, test: 40, words: 36 },
  seeds: 3,
  headAmounts: [1, 2, 4, 8, 16, 32, 64],
  tunedAmounts: [8, 1, 2, 4, 16, 32], // first what it is about
  iterations: 5,
};

/** A look at it. */
export const QUICK: Sizes = {
  split: { train: 8, test: 10, words: 20 },
  seeds: 2,
  headAmounts: [1, 2, 8],
  tunedAmounts: [2],
  iterations: 1,
};
