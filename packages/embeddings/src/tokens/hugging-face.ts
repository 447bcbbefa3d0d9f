import {
  assertBoolean,
  assertNumber,
  assertRecord,
  assertString,
  assertWhole,
  checkOptions,
  IndexError,
  ValueError,
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
  /** Tokens at most, special ones among them: what a text has more is cut, as the model's positions want it. All if absent. */
  readonly maxLength?: number;
}

const METHODS = ["encode", "decode", "token_to_id", "id_to_token", "get_vocab"] as const;

/**
 * A tokenizer of Hugging Face's `tokenizer.json` behind this package's interface: WordPiece, BPE by bytes, unigram, and what
 * else @huggingface/tokenizers reads, which is installed beside. It does not tell where tokens stand, so there are no `spans`.
 *
 * Ids are those of Python's `tokenizers`, but for what @huggingface/tokenizers 0.2.0 does otherwise: truncation and padding that a file
 * asks for are left out; BERT's ideographs beyond U+FFFF are no words of their own; spaces of patterns are JavaScript's (U+FEFF is one,
 * U+0085 is none); of equally likely ways of a unigram another may be taken. Decoding WordPiece draws apostrophes to the word
 * before, and U+FEFF is lost where it is told as bytes.
 *
 * @example
 * import { Tokenizer } from "@huggingface/tokenizers";
 * const tokenizer = new HuggingFaceTokenizer(new Tokenizer(JSON.parse(tokenizerJson), JSON.parse(tokenizerConfigJson)));
 * const vectors = await encodeTexts(encoder, (text) => tokenizer.encode(text), texts); // of @unfoldjs/sequence-layers
 */
export class HuggingFaceTokenizer implements Tokenizer {
  static readonly name: string = "HuggingFaceTokenizer";
  readonly size: number;
  private readonly tokenizer: HuggingFaceLike;
  private readonly specialTokens: boolean;
  private readonly maxLength: number;
  /** How many special tokens stand behind a text. */
  private readonly behind: number;

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
    checkOptions<HuggingFaceOptions>(op, options, {
      specialTokens: assertBoolean,
      maxLength: (name, option, value) => assertWhole(name, option, value, 1),
    });
    this.tokenizer = tokenizer;
    this.specialTokens = options.specialTokens ?? true;
    this.maxLength = options.maxLength ?? Infinity;
    const { before, behind } = this.specialTokens ? specialsOf(tokenizer) : { before: 0, behind: 0 };
    if (this.maxLength < before + behind) {
      const came = { maxLength: this.maxLength, specials: before + behind };
      throw new ValueError(op, came, "the special tokens must find room", "specialTokens: false leaves them out");
    }
    this.behind = behind;
    let most = -1;
    for (const id of tokenizer.get_vocab(true).values()) most = Math.max(most, id);
    this.size = most + 1;
  }

  encode(text: string): Int32Array {
    assertString("HuggingFaceTokenizer.encode", "text", text);
    const { ids } = this.tokenizer.encode(text, { add_special_tokens: this.specialTokens });
    if (ids.length <= this.maxLength) return Int32Array.from(ids);
    const { behind, maxLength } = this;
    return Int32Array.from([...ids.slice(0, maxLength - behind), ...ids.slice(ids.length - behind)]);
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

/** How many special tokens a tokenizer puts before a text and behind it. */
function specialsOf(tokenizer: HuggingFaceLike): { readonly before: number; readonly behind: number } {
  const [bare, whole] = [false, true].map(
    (specials) => tokenizer.encode("a", { add_special_tokens: specials }).ids,
  ) as [readonly number[], readonly number[]];
  const more = whole.length - bare.length;
  for (let before = 0; before <= more; before++) {
    if (bare.every((id, at) => whole[before + at] === id)) return { before, behind: more - before };
  }
  return { before: 0, behind: more };
}
