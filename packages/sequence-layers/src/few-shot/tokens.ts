import {
  assertFunction,
  assertList,
  type Shape,
  type Tensor,
  tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { SentenceEncoder } from "../bert/sentence-encoder.ts";
import type { Tokenise } from "./options.ts";

/** A batch of texts for an encoder. */
export interface TokenBatch {
  /** (texts, time), i32, padded with 0. */
  readonly tokens: Tensor<Shape, "i32">;
  /** (texts), i32. */
  readonly lengths: Tensor<Shape, "i32">;
}

/** @throws ValueError unless they are what the functions here take first */
export function assertEncoder(op: string, encoder: unknown, tokenise: unknown): void {
  if (!(encoder instanceof SentenceEncoder)) {
    throw wrongArgument(op, "encoder", encoder, "a SentenceEncoder", "new SentenceEncoder(loadBert(config, bytes))");
  }
  assertFunction(op, "tokenise", tokenise);
}

/** @throws ValueError unless it is an array of texts */
export function assertTexts(op: string, name: string, texts: unknown): asserts texts is readonly string[] {
  assertList(op, name, texts, "an array of texts");
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong >= 0) throw wrongArgument(op, `${name}[${wrong}]`, texts[wrong], "a text");
}

/**
 * The tokens of each text, looked at.
 * @throws ValueError if `tokenise` gives something else than tokens, none of them, or more than the encoder has positions
 */
export function tokensOf(
  op: string,
  encoder: SentenceEncoder,
  tokenise: Tokenise,
  texts: readonly string[],
): (readonly number[])[] {
  const most = encoder.bert.maxPositionEmbeddings;
  return texts.map((text) => {
    const given: unknown = tokenise(text);
    const tokens: unknown = given instanceof Int32Array ? Array.from(given) : given;
    if (!Array.isArray(tokens) || !tokens.every((token) => Number.isInteger(token) && token >= 0)) {
      throw wrongArgument(op, "tokenise(text)", given, "an array of tokens: whole numbers from 0 up");
    }
    if (tokens.length > 0 && tokens.length <= most) return tokens as number[];
    throw new ValueError(
      op,
      { text: shortened(text), tokens: tokens.length, positions: most },
      `tokenise must give from 1 to ${most} tokens, as many as the encoder has positions`,
      tokens.length === 0
        ? "leave empty texts out"
        : `cut what it gives, and keep the last token: as new HuggingFaceTokenizer(tokenizer, { maxLength: ${most} }) does`,
    );
  });
}

/** In one padded batch. */
export function padded(tokens: readonly (readonly number[])[]): TokenBatch {
  const time = Math.max(...tokens.map(({ length }) => length));
  const rows = tokens.map((row) => [...row, ...Array.from({ length: time - row.length }, () => 0)]);
  return {
    tokens: tensor(rows, "i32") as Tensor<Shape, "i32">,
    lengths: tensor(
      tokens.map(({ length }) => length),
      "i32",
    ),
  };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
