import { Generator } from "@unfoldjs/tensor-core";
import type { BrownDocument } from "./brown.ts";

/** A passage, what it is, and where it came from. */
export interface Passage {
  readonly text: string;
  readonly genre: string;
  readonly document: string;
}

/** What a classifier learns from, and what it is asked. */
export interface Split {
  /** The first n of each genre are those of n examples a class. */
  readonly train: readonly Passage[];
  readonly test: readonly Passage[];
}

export interface SplitSizes {
  /** Examples of each genre to learn from, at most. */
  readonly train: number;
  /** Passages of each genre that are asked. */
  readonly test: number;
  /** Words of a passage, at most. */
  readonly words: number;
}

/**
 * Passages drawn by chance, of documents that are dealt out before: half of each genre's to learn from, and half to be asked of. A
 * genre's passages come from as many documents as there are before one gives a second.
 * @param seed of the draw
 */
export function splitOf(documents: readonly BrownDocument[], sizes: SplitSizes, seed: number): Split {
  const generator = new Generator(seed);
  const train: Passage[] = [];
  const test: Passage[] = [];
  for (const genre of [...new Set(documents.map((each) => each.genre))].toSorted()) {
    const own = documents.filter((each) => each.genre === genre);
    const order = generator
      .permutation(own.length)
      .toArray()
      .map((at) => own[at] as BrownDocument);
    const half = Math.ceil(order.length / 2);
    train.push(...passagesOf(order.slice(0, half), sizes.train, sizes.words, generator));
    test.push(...passagesOf(order.slice(half), sizes.test, sizes.words, generator));
  }
  return { train, test };
}

/** The first `each` of every genre. */
export function firstOf(passages: readonly Passage[], each: number): Passage[] {
  const seen = new Map<string, number>();
  return passages.filter(({ genre }) => {
    const before = seen.get(genre) ?? 0;
    seen.set(genre, before + 1);
    return before < each;
  });
}

function passagesOf(
  documents: readonly BrownDocument[],
  count: number,
  words: number,
  generator: Generator,
): Passage[] {
  return Array.from({ length: count }, (_, at) => {
    const { name, genre, sentences } = documents[at % documents.length] as BrownDocument;
    const [start = 0] = generator.integers([1], 0, sentences.length).toArray();
    return { text: passageFrom(sentences, start, words), genre, document: name };
  });
}

/** Whole sentences from `start` on, round the end, while they fit; the first is cut off where it is too long. */
function passageFrom(sentences: readonly string[], start: number, words: number): string {
  const taken: string[] = [];
  for (let at = start; at < start + sentences.length; at++) {
    const next = (sentences[at % sentences.length] ?? "").split(" ");
    if (taken.length > 0 && taken.length + next.length > words) break;
    taken.push(...next.slice(0, words));
  }
  return taken.join(" ");
}
