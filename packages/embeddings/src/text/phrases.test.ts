import { expect, test } from "vitest";
import { Phrases } from "./phrases.ts";

test("a score that is the threshold makes no phrase, and one above it does", async () => {
  const text = [
    ["new", "york", "x"],
    ["y", "new", "york"],
    ["new", "z"],
  ];
  const score = (await Phrases.learn(text, { minCount: 1, threshold: 0 })).score("new", "york");
  expect(score).toBeGreaterThan(0);
  for (const [threshold, written] of [
    [score, ["new", "york"]],
    [score - 1e-9, ["new_york"]],
  ] as const) {
    const phrases = await Phrases.learn(text, { minCount: 1, threshold });
    expect(phrases.apply(["new", "york"])).toEqual(written);
  }
});
