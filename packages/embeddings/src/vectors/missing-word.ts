import { nearest, NotFoundError } from "@unfoldjs/tensor-core";

/** Words that are compared with a misspelt one, to say what was meant: the first. */
const LIKELY = 20_000;

/** The error for a word without a vector: it says which word with one is near. */
export function missingWord(
  op: string,
  word: string,
  words: readonly string[],
  places: { has(word: string): boolean },
): NotFoundError {
  const lower = word.toLowerCase();
  const near = places.has(lower) ? lower : nearest(word, words.slice(0, LIKELY));
  const fix = near === undefined ? "ask has(word) first" : `did you mean ${JSON.stringify(near)}?`;
  return new NotFoundError(op, { word, words: words.length }, `there is no vector for ${JSON.stringify(word)}`, fix);
}
