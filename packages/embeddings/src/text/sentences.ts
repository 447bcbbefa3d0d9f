import { assertFunction, describe, ValueError, wrongArgument } from "@unfoldjs/tensor-core";

/** A sentence: its words, in order. */
export type Sentence = readonly string[];

/**
 * Sentences that can be gone through again and again: an array, an object that begins anew each time it is iterated, or a
 * function that gives what is gone through once, such as a generator. Of a text file `lineSentences` gives them.
 */
export type Sentences =
  | Iterable<Sentence>
  | AsyncIterable<Sentence>
  | (() => Iterable<Sentence> | AsyncIterable<Sentence>);

/** Begins to go through sentences. @throws ValueError on what are none, or can be gone through once alone */
export function begin(op: string, sentences: Sentences): Iterable<Sentence> | AsyncIterable<Sentence> {
  if (typeof sentences === "function") assertFunction(op, "sentences", sentences);
  const given: unknown = typeof sentences === "function" ? sentences() : sentences;
  if (typeof given === "object" && given !== null) {
    const isOnceAlone = typeof sentences !== "function" && "next" in given;
    if (isOnceAlone) {
      throw new ValueError(
        op,
        { sentences: describe(given) },
        "sentences are gone through several times, and an iterator ends with the first",
        "pass a function that makes it: () => sentences(); of a file, lineSentences(path) begins anew",
      );
    }
    if (Symbol.iterator in given || Symbol.asyncIterator in given) return given as Iterable<Sentence>;
  }
  throw wrongArgument(op, "sentences", given, "arrays of words, one after the other", 'sentences = [["a", "word"], …]');
}

/** @throws ValueError unless it is an array of words */
export function assertSentence(op: string, sentence: unknown, number: number): asserts sentence is Sentence {
  if (!Array.isArray(sentence)) {
    throw wrongArgument(
      op,
      `sentence ${number}`,
      sentence,
      "an array of words",
      typeof sentence === "string"
        ? "words(text) takes a text apart, lineSentences(path) the lines of a file"
        : undefined,
    );
  }
  for (const word of sentence) {
    if (typeof word !== "string") throw wrongArgument(op, `a word of sentence ${number}`, word, "a string");
  }
}
