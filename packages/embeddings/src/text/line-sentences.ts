import { assertString, checkOptions, isUnfoldError } from "@unfoldjs/tensor-core";
import { lines, LINES_CHECKS, type LinesOptions } from "./lines.ts";
import type { Sentence } from "./sentences.ts";
import { placedWords, WORDS_CHECKS, type WordsOptions } from "./words.ts";

/** How lines are read, and taken apart. */
export interface LineSentencesOptions extends LinesOptions, WordsOptions {}

/**
 * The sentences of a text file that has one a line: `words` of its `lines`, as gensim's `LineSentence`. Each time it is gone through
 * it begins anew, so that `Word2Vec`, `Vocabulary` and `Phrases` take it as it is, in constant memory. Node only.
 * @param options those of `lines` and of `words`; progress is told in each pass
 * @throws ValueError here; what `lines` throws while it is gone through
 *
 * @example
 * const sentences = lineSentences("reviews.txt.gz", { lowerCase: true });
 * using model = await Word2Vec.from(sentences);
 * await model.train(sentences);
 */
export function lineSentences(path: string, options: LineSentencesOptions = {}): AsyncIterable<Sentence> {
  const op = "lineSentences";
  assertString(op, "path", path);
  checkOptions<LineSentencesOptions>(op, options, { ...LINES_CHECKS, ...WORDS_CHECKS });
  const { onProgress, signal, ...how } = options;
  const given = {
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const line of lines(path, given)) yield placedWords(op, line, how).map(({ word }) => word);
      } catch (error) {
        throw isUnfoldError(error) ? error.calledAs(op) : error;
      }
    },
  };
}
