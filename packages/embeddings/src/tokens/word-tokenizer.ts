import { assertNumber, assertRecord, assertString, IndexError, wrongArgument } from "@unfoldjs/tensor-core";
import { checkWordsOptions, type PlacedWord, placedWords, type WordsOptions } from "../text/words.ts";
import { idsOf } from "./ids.ts";
import type { PlacingTokenizer, TokenSpans } from "./tokenizer.ts";

/** Words and their numbers: what a tokenizer needs of a `Vocabulary`. */
export interface WordNumbers {
  readonly words: readonly string[];
  /** The number of a word, or that of the unknown one, if there is either. */
  find(word: string): number | undefined;
}

/**
 * Words of a vocabulary as tokens: words as Unicode has them, what stands between spaces, what a pattern matches, or characters. Words
 * that the vocabulary does not have are its unknown one, and are left out where it has none.
 *
 * @example
 * const tokenizer = new WordTokenizer(await Vocabulary.build(sentences), { by: "whitespace" });
 */
export class WordTokenizer implements PlacingTokenizer {
  static readonly name: string = "WordTokenizer";
  private readonly vocabulary: WordNumbers;
  private readonly options: WordsOptions;

  /** @param vocabulary a `Vocabulary` @param options how texts are taken apart @throws ValueError */
  constructor(vocabulary: WordNumbers, options: WordsOptions = {}) {
    assertRecord("WordTokenizer", "vocabulary", vocabulary, "a Vocabulary");
    const { words, find }: { readonly words?: unknown; readonly find?: unknown } = vocabulary;
    if (!Array.isArray(words) || typeof find !== "function") {
      throw wrongArgument("WordTokenizer", "vocabulary", vocabulary, "a Vocabulary");
    }
    checkWordsOptions("WordTokenizer", options);
    this.vocabulary = vocabulary;
    this.options = options;
    placedWords("WordTokenizer", "", options); // a locale that there is not is told at once
  }

  get size(): number {
    return this.vocabulary.words.length;
  }

  encode(text: string): Int32Array {
    assertString("WordTokenizer.encode", "text", text);
    return Int32Array.from(this.found("WordTokenizer.encode", text), ({ id }) => id);
  }

  spans(text: string): TokenSpans {
    assertString("WordTokenizer.spans", "text", text);
    const found = this.found("WordTokenizer.spans", text);
    return {
      ids: Int32Array.from(found, ({ id }) => id),
      starts: Int32Array.from(found, ({ start }) => start),
      ends: Int32Array.from(found, ({ end }) => end),
    };
  }

  /** The words of ids with spaces between them, or characters one after the other: what stood between words is not kept. */
  decode(ids: ArrayLike<number>): string {
    const words = idsOf("WordTokenizer.decode", ids).map((id) => this.word("WordTokenizer.decode", id));
    return words.join(this.options.by === "characters" ? "" : " ");
  }

  token(id: number): string {
    assertNumber("WordTokenizer.token", "id", id);
    return this.word("WordTokenizer.token", id);
  }

  /** The id of a word that the vocabulary has. */
  id(token: string): number | undefined {
    assertString("WordTokenizer.id", "token", token);
    const id = this.vocabulary.find(token);
    return id !== undefined && this.vocabulary.words[id] === token ? id : undefined;
  }

  private found(op: string, text: string): (PlacedWord & { readonly id: number })[] {
    return placedWords(op, text, this.options).flatMap((word) => {
      const id = this.vocabulary.find(word.word);
      return id === undefined ? [] : [{ ...word, id }];
    });
  }

  private word(op: string, id: number): string {
    const word = this.vocabulary.words[id];
    if (word !== undefined) return word;
    throw new IndexError(op, { id, size: this.size }, `ids are whole numbers 0…${this.size - 1}`);
  }
}
