import {
  assertBoolean,
  assertNumber,
  assertRecord,
  assertString,
  checkOptions,
  IndexError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { idsOf } from "./ids.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What of a `Tokenizer` of @huggingface/tokenizers is used. */
export interface HuggingFaceLike {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: readonly number[] };
  decode(ids: number[], options: { readonly skip_special_tokens: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(withAddedTokens?: boolean): ReadonlyMap<string, number>;
}

export interface HuggingFaceOptions {
  /** Tokens such as [CLS] and [SEP] that the model wants around a text, and no decoded text has. Default true. */
  readonly specialTokens?: boolean;
}

const METHODS = ["encode", "decode", "token_to_id", "id_to_token", "get_vocab"] as const;

/**
 * A tokenizer of Hugging Face's `tokenizer.json` behind this package's interface: WordPiece, BPE by bytes, unigram, and what
 * else @huggingface/tokenizers reads, which is installed beside. It does not tell where tokens stand, so there are no `spans`.
 *
 * @example
 * import { Tokenizer } from "@huggingface/tokenizers";
 * const tokenizer = new HuggingFaceTokenizer(new Tokenizer(JSON.parse(tokenizerJson), JSON.parse(tokenizerConfigJson)));
 */
export class HuggingFaceTokenizer implements Tokenizer {
  static readonly name: string = "HuggingFaceTokenizer";
  readonly size: number;
  private readonly tokenizer: HuggingFaceLike;
  private readonly specialTokens: boolean;

  /** @param tokenizer a `Tokenizer` of @huggingface/tokenizers @throws ValueError on what is none */
  constructor(tokenizer: HuggingFaceLike, options: HuggingFaceOptions = {}) {
    const op = "HuggingFaceTokenizer";
    assertRecord(op, "tokenizer", tokenizer, "a Tokenizer of @huggingface/tokenizers");
    for (const method of METHODS) {
      if (typeof tokenizer[method] === "function") continue;
      throw wrongArgument(
        op,
        "tokenizer",
        tokenizer,
        "a Tokenizer of @huggingface/tokenizers",
        "new Tokenizer(tokenizerJson, tokenizerConfigJson)",
      );
    }
    checkOptions<HuggingFaceOptions>(op, options, { specialTokens: assertBoolean });
    this.tokenizer = tokenizer;
    this.specialTokens = options.specialTokens ?? true;
    let most = -1;
    for (const id of tokenizer.get_vocab(true).values()) most = Math.max(most, id);
    this.size = most + 1;
  }

  encode(text: string): Int32Array {
    assertString("HuggingFaceTokenizer.encode", "text", text);
    return Int32Array.from(this.tokenizer.encode(text, { add_special_tokens: this.specialTokens }).ids);
  }

  decode(ids: ArrayLike<number>): string {
    const op = "HuggingFaceTokenizer.decode";
    const list = idsOf(op, ids);
    for (const id of list) this.name(op, id);
    return list.length === 0 ? "" : this.tokenizer.decode(list, { skip_special_tokens: this.specialTokens });
  }

  token(id: number): string {
    assertNumber("HuggingFaceTokenizer.token", "id", id);
    return this.name("HuggingFaceTokenizer.token", id);
  }

  id(token: string): number | undefined {
    assertString("HuggingFaceTokenizer.id", "token", token);
    return this.tokenizer.token_to_id(token);
  }

  private name(op: string, id: number): string {
    const token = this.tokenizer.id_to_token(id);
    if (token !== undefined) return token;
    throw new IndexError(op, { id, size: this.size }, "the id is no token's");
  }
}
