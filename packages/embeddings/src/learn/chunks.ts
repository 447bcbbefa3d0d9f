import { assertSentence, begin, type Sentences } from "../text/sentences.ts";
import { abortable } from "../waiting/abortable.ts";
import type { Vocabulary } from "../text/vocabulary.ts";

/** Longer sentences are cut, as fastText does. */
const LONGEST = 1000;

/** A piece of a sentence in numbers of words. */
export type Chunk = readonly number[];

/** The sentences of a text in numbers, without words that are not in the vocabulary. @throws the signal's reason */
export async function* chunks(
  op: string,
  sentences: Sentences,
  vocabulary: Vocabulary,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  let number = 0;
  const given = begin(op, sentences);
  // A loop that awaits costs a microtask a sentence, which those in memory need not pay.
  if (Symbol.asyncIterator in given) {
    for await (const sentence of abortable(given, signal)) yield* pieces(op, sentence, number++, vocabulary);
  } else {
    for (const sentence of given) {
      signal?.throwIfAborted();
      yield* pieces(op, sentence, number++, vocabulary);
    }
  }
}

function* pieces(op: string, sentence: unknown, number: number, vocabulary: Vocabulary): Generator<Chunk> {
  assertSentence(op, sentence, number);
  let piece: number[] = [];
  for (const word of sentence) {
    const index = vocabulary.find(word);
    if (index === undefined) continue;
    piece.push(index);
    if (piece.length < LONGEST) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
