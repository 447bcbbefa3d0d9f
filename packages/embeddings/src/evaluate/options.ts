import { assertString, assertWhole, type Check, truthValue, wrongArgument } from "@unfoldjs/tensor-core";
import { WordVectors } from "../vectors/word-vectors.ts";

/** How test files are read, with gensim's defaults. */
export interface EvaluationOptions {
  /** Only the first so many words count as known. Default 300,000. */
  readonly restrict?: number;
  /** Whether case makes no difference; the more frequent word counts. Default true. */
  readonly caseInsensitive?: boolean;
  /** Whether lines with an unknown word count, as wrong or as without likeness, or are left out. Default left out. */
  readonly dummyForUnknown?: boolean;
}

const whole: Check = (op, name, value) => assertWhole(op, name, value);

/** Checks of the options that both evaluations have. */
export const EVALUATION: Readonly<Record<keyof EvaluationOptions, Check>> = {
  restrict: whole,
  caseInsensitive: truthValue,
  dummyForUnknown: truthValue,
};

/** Words as test files mean them, and rows of vectors. */
export interface KnownWords {
  /** A word as it is compared. */
  plain(word: string): string;
  readonly rows: ReadonlyMap<string, number>;
}

/** The words that count as known. */
export function knownWords(
  vectors: WordVectors,
  { restrict = 300_000, caseInsensitive = true }: EvaluationOptions,
): KnownWords {
  const plain = (word: string): string => (caseInsensitive ? word.toUpperCase() : word);
  const rows = new Map<string, number>();
  for (let row = 0; row < Math.min(restrict, vectors.length); row++) {
    const word = plain(vectors.words[row] ?? "");
    if (!rows.has(word)) rows.set(word, row);
  }
  return { plain, rows };
}

/** @throws ValueError unless these are vectors and the text of a file */
export function assertEvaluation(op: string, vectors: unknown, text: unknown): void {
  if (!(vectors instanceof WordVectors)) throw wrongArgument(op, "vectors", vectors, "WordVectors");
  assertString(op, "text", text);
}
