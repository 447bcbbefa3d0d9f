import { expect, test } from "vitest";
import { cosineSimilarity, FastText, sentenceDistance, sentenceVectors, toEmbedding } from "../index.ts";

test("words of n-grams alone have their vectors in sentences and layers, too", async () => {
  const sentences = [
    ["cat", "cats", "dog"],
    ["dogs", "dog", "cat"],
  ];
  using model = await FastText.from(sentences, { vectorSize: 4, buckets: 50 }, { minCount: 1 });
  using vectors = model.vectors();
  const [a, b] = [vectors.vector("catty"), vectors.vector("doggy")];
  expect(sentenceDistance(vectors, ["catty", ""], ["doggy"])).toBeCloseTo(1 - cosineSimilarity(a, b), 6);
  expect(sentenceDistance(vectors, ["catty"], ["catty"], { method: "wordMovers" })).toBe(0);
  expect(sentenceVectors(vectors, [["catty"]], { removeCommon: false })).toEqual([a]);
  const layer = toEmbedding(vectors, ["doggy", ""]);
  expect(layer.weight.at(0).data()).toEqual(b);
  layer.dispose();
});
