import { Tokenizer } from "@huggingface/tokenizers";
import { expect, test } from "vitest";
import { type HuggingFaceOptions, HuggingFaceTokenizer } from "../text.ts";

const WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "word", "##s", "un", "##known", "."];
const special = (content: string, id: number): object => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
/** A file as BERT's, with ten tokens. */
const FILE = {
  version: "1.0",
  added_tokens: WORDS.slice(0, 4).map(special),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
    },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
  },
};
const theirs = new Tokenizer(FILE, { tokenizer_class: "BertTokenizer", unk_token: "[UNK]" });

test("a tokenizer.json's ids, with special tokens and without", () => {
  const tokenizer = new HuggingFaceTokenizer(theirs);
  const ids = tokenizer.encode("Unknown words.");
  expect([...ids]).toEqual([2, 7, 8, 5, 6, 9, 3]);
  expect(tokenizer.decode(ids)).toBe("unknown words.");
  expect([tokenizer.size, tokenizer.token(8), tokenizer.id("word"), tokenizer.id("town")]).toEqual([
    10,
    "##known",
    5,
    undefined,
  ]);
  expect([...new HuggingFaceTokenizer(theirs, { specialTokens: false }).encode("a town")]).toEqual([4, 1]);
  expect(tokenizer.decode([])).toBe("");
});

test("a text that is too long is cut, its special tokens around it", () => {
  const tokens = (options: HuggingFaceOptions): number[] => [
    ...new HuggingFaceTokenizer(theirs, options).encode("Unknown words."),
  ];
  expect(tokens({ maxLength: 7 })).toEqual([2, 7, 8, 5, 6, 9, 3]);
  expect(tokens({ maxLength: 5 })).toEqual([2, 7, 8, 5, 3]);
  expect(tokens({ maxLength: 2 })).toEqual([2, 3]);
  expect(tokens({ maxLength: 2, specialTokens: false })).toEqual([7, 8]);
  expect(() => new HuggingFaceTokenizer(theirs, { maxLength: 1 })).toThrow(/special tokens must find room/);
});

test("what is refused", () => {
  const tokenizer = new HuggingFaceTokenizer(theirs);
  expect(() => tokenizer.decode([77])).toThrow(/HuggingFaceTokenizer\.decode.*no token/s);
  expect(() => new HuggingFaceTokenizer({} as never)).toThrow(/a Tokenizer of @huggingface\/tokenizers/);
});
