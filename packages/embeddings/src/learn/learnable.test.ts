import { memory } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { FastText, GloVe, Vocabulary, Word2Vec } from "../index.ts";

test("what no vectors could be had of is refused before it is learnt, and asks for no memory", async () => {
  const before = memory().bytes;
  const sentences = ["a  b", "b a"].map((text) => text.split(" "));
  const once = { minCount: 1 };
  await expect(Word2Vec.from(sentences, {}, once)).rejects.toThrow(/Word2Vec: a word has at least one character/);
  await expect(FastText.from(sentences, {}, once)).rejects.toThrow(/FastText: a word has at least one character/);
  const vocabulary = await Vocabulary.build(sentences, once);
  expect(() => new GloVe(vocabulary)).toThrow(/GloVe: a word has at least one character/);
  expect(memory().bytes).toBe(before);
});
