import type { CellSettings, WordRange } from "../sql/template.ts";

/** Documents of a part. */
export interface Block {
  /** The number of the first. */
  readonly first: number;
  /** Words of each, with SEPARATOR between. */
  readonly tokens: readonly string[];
}

/** How many rows there are of a part, by which it is known to be whole. */
export interface PartRows {
  /** Different words, or undefined if the part is not there. */
  readonly counts: number | undefined;
  readonly pairs: number | undefined;
}

/** What counts. Parts are numbered from 0; what it is asked for twice is there once. */
export interface Engine {
  /** What is there of parts from an earlier run. */
  look(parts: number): Promise<readonly PartRows[]>;
  /** Begins a part, and forgets what there was of it. */
  begin(part: number): Promise<void>;
  add(part: number, block: Block): Promise<void>;
  /** Counts the words of a part that is complete. @returns how many different ones */
  count(part: number): Promise<number>;
  /** Words that come `minCount` times, at least as often as the one at place `maxSize` (none if 0), in any order. */
  totals(minCount: number, maxSize: number): Promise<{ readonly words: string[]; readonly counts: number[] }>;
  /** Gives words their numbers. */
  number(words: readonly string[]): Promise<void>;
  /** Counts the pairs of a part. @returns how many different ones */
  pairs(part: number, settings: CellSettings): Promise<number>;
  /** Writes a file (word, context, units) of the pairs of some words in all parts. @returns how many */
  merge(parts: number, path: string, range: WordRange): Promise<number>;
  /** Takes away what only was on the way. */
  finish(parts: number): Promise<void>;
  close(): Promise<void>;
}
