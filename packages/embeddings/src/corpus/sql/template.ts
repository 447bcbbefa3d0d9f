// What is asked of every engine, once. Where DuckDB and ClickHouse differ, the dialect says how (`dialects.ts`). A name that is given to a
// sum is never that of what is summed: ClickHouse would take the sum for it.

/** Between the words of a document. No word may have it in itself. */
export const SEPARATOR = "\u001F";
/** A pair of words is one whole number, first × PAIR + second: grouping by one number takes half the time of two. */
export const PAIR = 4_294_967_296;

/** How an engine says what the other says otherwise. */
export interface Dialect {
  /** a / b of whole numbers, rounded down. */
  quotient(a: string, b: string | number): string;
  /** A whole number in four bytes. */
  int32(x: string): string;
  /** A whole number in eight bytes. */
  int64(x: string): string;
  /** Rows (word) of the table `tokens`. */
  occurrences(tokens: string): string;
  /**
   * Rows (pair, weight) of the table `tokens` (document, tokens), with the numbers of the table `vocabulary` (word, number), one
   * row for each two words of a piece of a document that are at most `window` apart: the first first.
   */
  near(tokens: string, vocabulary: string, settings: NearSettings): string;
  /** Rows (cell, total) summed by cell: of each row of `cells`, which has units, the cells that `of` makes of it, where `where` holds. */
  summed(cells: string, of: readonly string[], where: string): string;
}

export interface NearSettings {
  readonly window: number;
  /** What neighbours count: divisible by every distance. */
  readonly unit: number;
  /** Words of a piece. Longer documents are cut, after words that are not in the vocabulary are left out. */
  readonly longest: number;
}

/** How often each word comes in a part: (word, times). */
export const countsOf = (dialect: Dialect, tokens: string): string =>
  `SELECT word, ${dialect.int64("count(*)")} AS times FROM (${dialect.occurrences(tokens)}) AS occurrences GROUP BY word`;

/** The same in all parts, of words that come often enough: (word, total). */
export const totalsOf = (dialect: Dialect, counts: string, least: number): string =>
  `SELECT word, ${dialect.int64("sum(times)")} AS total FROM ${counts} GROUP BY word HAVING sum(times) >= ${least}`;

/**
 * How near words of a part are to each other, as the result has it: (cell, units), where a cell is word × PAIR + context. What stands
 * behind is the word and what stands before its context; if it is symmetric, the other way round, too.
 */
export function cellsOf(dialect: Dialect, tokens: string, vocabulary: string, settings: CellSettings): string {
  const near = dialect.near(tokens, vocabulary, settings);
  const grouped = `(SELECT pair, ${dialect.int64("sum(weight)")} AS units FROM (${near}) AS near GROUP BY pair) AS grouped`;
  const behind = `(pair % ${PAIR}) * ${PAIR} + ${dialect.quotient("pair", PAIR)}`;
  const summed = dialect.summed(grouped, settings.symmetric ? [behind, "pair"] : [behind], "");
  // In order, so that merging finds a range of words without reading the others.
  return `SELECT cell, total AS units FROM (${summed}) AS cells ORDER BY cell`;
}

export interface CellSettings extends NearSettings {
  readonly symmetric: boolean;
}

/** Words with numbers from `first` up to, and not with, `end`. */
export interface WordRange {
  readonly first: number;
  readonly end: number;
}

/** The cells of some words in all parts: (word, context, units), in order. */
export function mergedOf(dialect: Dialect, cells: string, { first, end }: WordRange): string {
  const start = (word: number): bigint => BigInt(word) * BigInt(PAIR);
  const summed = dialect.summed(cells, ["cell"], `WHERE cell >= ${start(first)} AND cell < ${start(end)}`);
  return `SELECT ${dialect.int32(dialect.quotient("cell", PAIR))} AS word, ${dialect.int32(`cell % ${PAIR}`)} AS context, total AS units
    FROM (${summed}) AS summed ORDER BY cell`;
}
