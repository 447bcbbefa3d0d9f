import { memory } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { learnPairs, PAIRS } from "./pairs.ts";
import { compareProducts } from "./product.ts";

const HOW = { steps: 250, features: 4 };

test("of pairs never seen together, embeddings tell most and one-hot words fewer than chance would", () => {
  expect(PAIRS).toBe(400);
  const [before, seeds] = [memory().tensors, [1, 2]];
  for (const seed of seeds) {
    const embeddings = learnPairs("embeddings", 0.6, seed, HOW);
    const oneHot = learnPairs("one-hot", 0.6, seed, HOW);
    expect(embeddings.accuracy).toBeGreaterThan(0.8);
    expect(oneHot.accuracy).toBeLessThan(embeddings.chance + 0.1);
    expect(embeddings.appleJuicePlace).toBeLessThan(oneHot.appleJuicePlace);
    expect(learnPairs("embeddings", 0.6, seed, HOW)).toEqual(embeddings);
  }
  expect(memory().tensors).toBe(before);
});

test("a product with ones and zeros is what is looked up", () => {
  const { isEqual, words, features } = compareProducts(50, 7, 20, 3);
  expect([isEqual, words, features]).toEqual([true, 50, 7]);
});
