import type * as text from "@unfoldjs/embeddings/text";
import { HuggingFaceTokenizer, SentencePiece, WordTokenizer } from "@unfoldjs/embeddings/text";
import { Vocabulary } from "@unfoldjs/embeddings";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import type { Rows } from "../row.ts";

const { count, given, list, options, truth, word } = kind;

const texts = ["a small text of words", "words of a text"];
const pieces = await SentencePiece.train(texts, { modelType: "unigram", vocabSize: 18, normalization: "identity" });
const aText = kind.text("a text");
const ids: kind.Kind = {
  ...list(count(1), 2, "a Float32Array", "a Uint8Array", "an array of numbers"),
  said: ["ids", "id"],
};
const id = { ...count(1), said: ["id"] };

/** What a tokenizer of Hugging Face's is called with, and no more. */
const theirs = {
  encode: () => ({ ids: [0, 1] }),
  decode: () => "a b",
  token_to_id: (token: string) => (token === "a" ? 0 : undefined),
  id_to_token: (at: number) => ["a", "b", "c"][at],
  get_vocab: () =>
    new Map([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]),
};
const tokenizing = { encode: { text: aText }, decode: { ids }, token: { id }, id: { token: aText } };
const placing = { ...tokenizing, spans: { text: aText } };
const vocabulary = (): Vocabulary => new Vocabulary(["a", "b", "c"], [3, 2, 1]);

export const embeddingsTextRows: Rows<typeof text> = {
  SentencePiece: {
    make: { bytes: given(() => pieces.toBytes(), "a Uint8Array") },
    instance: () => pieces,
    methods: {
      ...placing,
      toBytes: {},
      score: { id },
      nBest: { text: aText, count: count(2) },
      sample: {
        text: aText,
        options: options(
          { generator: given(() => new Generator(1)), alpha: kind.from(0.5, "0"), nBestSize: count(2) },
          "generator",
        ),
      },
    },
    notPublic: ["chosen", "numbers", "tokens", "pieceOf", "assertUnigram"],
  },
  WordTokenizer: {
    make: {
      vocabulary: given(vocabulary),
      options: options({ by: word("unicode"), locale: word("en"), lowerCase: truth() }),
    },
    instance: () => new WordTokenizer(vocabulary()),
    methods: placing,
    notPublic: ["found", "word"],
  },
  HuggingFaceTokenizer: {
    make: { tokenizer: given(() => theirs), options: options({ specialTokens: truth(), maxLength: count(4) }) },
    instance: () => new HuggingFaceTokenizer(theirs),
    methods: tokenizing,
    notPublic: ["name"],
  },
};
