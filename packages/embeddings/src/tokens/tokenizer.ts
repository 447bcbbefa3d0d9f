/** The tokens of a text and where in it each stands. */
export interface TokenSpans {
  readonly ids: Int32Array;
  /** Where each token begins in the text, in UTF-16 units as `text.slice(start, end)` counts them. */
  readonly starts: Int32Array;
  /** Where each ends. A token that stands for nothing of the text ends where it begins. */
  readonly ends: Int32Array;
}

/** Makes numbers of text and text of numbers; whatever takes apart the text, models see this alone. */
export interface Tokenizer {
  /** How many tokens there are: ids are 0 … size − 1. */
  readonly size: number;
  /** The ids of a text's tokens. */
  encode(text: string): Int32Array;
  /** The text of ids. @throws IndexError on one that is no token's */
  decode(ids: ArrayLike<number>): string;
  /** A token as it is written in the vocabulary. @throws IndexError */
  token(id: number): string;
  /** The id of a token, if there is one. */
  id(token: string): number | undefined;
}

/** A tokenizer that tells where in a text its tokens stand. */
export interface PlacingTokenizer extends Tokenizer {
  /** The tokens of a text and where they stand in it. */
  spans(text: string): TokenSpans;
}
