import type { Contender } from "../work.ts";

/** Two of our own ways to time in turns, and what their times say. */
export interface Comparison {
  readonly name: string;
  readonly contenders: readonly [Contender, Contender];
  /** From times of one run each, in milliseconds. */
  figure(first: number, second: number): number;
  /** The figure and its limit in words. */
  readonly unit: string;
  readonly atMost: number;
}
