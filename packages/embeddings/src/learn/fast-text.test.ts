import { decodeSafetensors, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { subwordBuckets } from "../subwords/hash.ts";
import { Vocabulary } from "../text/vocabulary.ts";
import { FastText } from "./fast-text.ts";

test("a word's vector is the mean of its own row and those of its n-grams", () => {
  const words = ["where", "here", "a"];
  const grams = { minLength: 3, maxLength: 4, buckets: 50 };
  using model = new FastText(new Vocabulary(words, [3, 2, 1]), { vectorSize: 5, ...grams });
  using vectors = model.vectors();
  const rows = scope(() => decodeSafetensors(model.checkpoint()).tensors.get("input")?.tensor().data() ?? []);
  for (const [at, word] of words.entries()) {
    const of = [at, ...subwordBuckets(word, grams).map((bucket) => words.length + bucket)];
    for (const [column, value] of vectors.vector(word).entries()) {
      const sum = of.reduce((all, row) => all + Number(rows[row * 5 + column]), 0);
      expect(value).toBeCloseTo(sum / of.length, 6);
    }
  }
});
