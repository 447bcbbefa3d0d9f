import { subwordBuckets } from "../subwords/hash.ts";
import type { WordVectors } from "./word-vectors.ts";

/** True for a word that has a vector: its own, or else that of its n-grams. */
export function hasVector(vectors: WordVectors, word: string): boolean {
  if (vectors.has(word)) return true;
  const { subwords } = vectors;
  return word !== "" && subwords !== undefined && subwordBuckets(word, subwords.options).length > 0;
}
