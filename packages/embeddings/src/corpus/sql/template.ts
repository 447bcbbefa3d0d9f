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
  /** Rows (cell, total) summed by cell, in order: of each row of `cells` (pair, units) the cells of `of`, where `where` holds. */
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

/** How near words of a part are to each other: (pair, units). */
export const cellsOf = (dialect: Dialect, tokens: string, vocabulary: string, settings: NearSettings): string =>
  `SELECT pair, ${dialect.int64("sum(weight)")} AS units FROM (${dialect.near(tokens, vocabulary, settings)}) AS near GROUP BY pair`;

export interface MergeSettings {
  readonly symmetric: boolean;
  /** Words whose number leaves `bucket` when divided by `buckets`. */
  readonly bucket: number;
  readonly buckets: number;
}

/** The same of all parts: (word, context, units), in order. What stands behind is the word, what stands before its context. */
export function mergedOf(dialect: Dialect, cells: string, { symmetric, bucket, buckets }: MergeSettings): string {
  const first = dialect.quotient("pair", PAIR);
  const behind = `(pair % ${PAIR}) * ${PAIR} + ${first}`;
  const word = dialect.quotient("cell", PAIR);
  const where = buckets === 1 ? "" : `WHERE ${word} % ${buckets} = ${bucket}`;
  const summed = dialect.summed(cells, symmetric ? [behind, "pair"] : [behind], where);
  return `SELECT ${dialect.int32(word)} AS word, ${dialect.int32(`cell % ${PAIR}`)} AS context, total AS units FROM (${summed}) AS summed`;
}
