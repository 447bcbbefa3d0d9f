import {
  assertList,
  assertTensor,
  checkedLater,
  checkOptions,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { Subwords } from "../subwords/subwords.ts";
import type { Storage } from "./row-store.ts";
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

/** @throws ValueError, ShapeError, DTypeError unless `new WordVectors` can be made of it */
export function assertWordVectors(
  words: readonly string[],
  rows: Tensor<Shape, Storage>,
  options: WordVectorsOptions,
): void {
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
  if (subwords !== undefined && subwords.size !== rows.shape[1]) {
    const came = { size: rows.shape[1] ?? 0, subwords: subwords.size };
    throw new ShapeError("WordVectors", came, "vectors of n-grams must be as long as those of words");
  }
}

/** Where each word stands. @throws ValueError if one comes twice or is empty */
export function placesOf(words: readonly string[]): WordIndex {
  for (let at = 0; at < words.length; at++) {
    const word: unknown = words[at];
    if (typeof word !== "string") throw wrongArgument("WordVectors", `words[${at}]`, word, "a string");
    if (word === "") throw new ValueError("WordVectors", { index: at }, "a word has at least one character");
  }
  return new WordIndex(words, (first, again) => {
    throw new ValueError("WordVectors", { word: words[first], first, again }, "each word comes once");
  });
}
