import { assertWhole, checkOptions, truthValue, wrongArgument } from "@unfoldjs/tensor-core";
import type { Sentences } from "../text/sentences.ts";
import { Vocabulary } from "../text/vocabulary.ts";
import { chunks } from "./chunks.ts";

/** Pairs of words that stood near each other, and how often: lists of one length. */
export interface Cooccurrences {
  /** Numbers of words. */
  readonly words: Int32Array;
  /** Numbers of the words near them. */
  readonly contexts: Int32Array;
  /** X: a pair d words apart counts 1 / d. */
  readonly times: Float32Array;
}

/** Pairs that are not all in memory at once. */
export interface CooccurrenceStream {
  /** Pairs of one pass. */
  readonly length: number;
  /** All pairs once, in an order that follows from the seed, in blocks of any size. */
  blocks(seed: number): AsyncIterable<Cooccurrences>;
}

export interface CooccurrenceOptions {
  /** Words on either side, at most. Default 10. */
  readonly window?: number;
  /** Counts the words behind, too, and not only those before. Default true. */
  readonly symmetric?: boolean;
}

/**
 * How often words stood near each other, in memory: pairs in the order of their words, then of their contexts. Words that are
 * not in the vocabulary are left out before distances are counted, as in the first program (Pennington et al. 2014). Of the words
 * that are left, sentences are cut after each thousand, and no pair is counted across a cut.
 * @throws ValueError
 */
export async function countCooccurrences(
  sentences: Sentences,
  vocabulary: Vocabulary,
  options: CooccurrenceOptions = {},
): Promise<Cooccurrences> {
  const op = "countCooccurrences";
  checkOptions<CooccurrenceOptions>(op, options, {
    window: (name, option, value) => assertWhole(name, option, value, 1),
    symmetric: truthValue,
  });
  if (!(vocabulary instanceof Vocabulary)) throw wrongArgument(op, "vocabulary", vocabulary, "a Vocabulary");
  const { window = 10, symmetric = true } = options;
  const near: Map<number, number>[] = Array.from({ length: vocabulary.size }, () => new Map());
  const add = (word: number, context: number, count: number): void => {
    const row = near[word];
    row?.set(context, (row.get(context) ?? 0) + count);
  };
  for await (const piece of chunks(op, sentences, vocabulary)) {
    for (const [at, word] of piece.entries()) {
      for (let distance = 1; distance <= Math.min(window, at); distance++) {
        const before = piece[at - distance] ?? 0;
        add(word, before, 1 / distance);
        if (symmetric) add(before, word, 1 / distance);
      }
    }
  }
  const count = near.reduce((sum, row) => sum + row.size, 0);
  const [words, contexts, times] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  let at = 0;
  for (const [word, row] of near.entries()) {
    for (const [context, often] of [...row].toSorted(([a], [b]) => a - b)) {
      words[at] = word;
      contexts[at] = context;
      times[at++] = often;
    }
  }
  return { words, contexts, times };
}
