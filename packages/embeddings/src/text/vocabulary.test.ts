import { describe, expect, test } from "vitest";
import { Vocabulary, WordCounter } from "./vocabulary.ts";

const TEXT = [["b", "a", "c", "a"], ["a", "b", "d"], []];

test("the most frequent words come first, and equals in order", async () => {
  const vocabulary = await Vocabulary.build(TEXT, { minCount: 1 });
  expect([vocabulary.words, vocabulary.counts]).toEqual([
    ["a", "b", "c", "d"],
    [3, 2, 1, 1],
  ]);
  expect([vocabulary.total, vocabulary.size, vocabulary.index("b"), vocabulary.has("e")]).toEqual([7, 4, 1, false]);
});

test("rare words, and those beyond the size, are left out, or are the unknown one", async () => {
  expect((await Vocabulary.build(TEXT, { minCount: 2 })).words).toEqual(["a", "b"]);
  expect((await Vocabulary.build(TEXT, { minCount: 1, maxSize: 3 })).words).toEqual(["a", "b", "c"]);
  const known = await Vocabulary.build(TEXT, { minCount: 2, specials: ["<pad>", "<unk>"], unknown: "<unk>" });
  expect([known.words, known.counts]).toEqual([
    ["<pad>", "<unk>", "a", "b"],
    [0, 2, 3, 2],
  ]);
  expect([...known.encode(["b", "z", "a"])]).toEqual([3, 1, 2]);
  expect([...(await Vocabulary.build(TEXT, { minCount: 2 })).encode(["b", "z", "a"])]).toEqual([1, 0]);
  expect(known.decode([3, 0])).toEqual(["b", "<pad>"]);
});

test("a vocabulary comes back from its text", async () => {
  const vocabulary = await Vocabulary.build(TEXT, { minCount: 1, specials: ["<unk>"], unknown: "<unk>" });
  const again = Vocabulary.parse(JSON.stringify(vocabulary));
  expect(again).toEqual(vocabulary);
});

test("frequent words are kept with the chance that word2vec.c gives them", () => {
  const vocabulary = new Vocabulary(["the", "cat", "never"], [900, 100, 0]);
  const [the = 0, cat = 0, never = 0] = vocabulary.keepProbabilities(0.01);
  // t = 10: (√90 + 1) / 90 and (√10 + 1) / 10
  expect(the).toBeCloseTo(0.11652, 5);
  expect(cat).toBeCloseTo(0.416228, 5);
  expect(never).toBe(1);
  expect(() => vocabulary.keepProbabilities(0)).toThrow(/keepProbabilities.*above 0/s);
});

describe("wrong calls", () => {
  test.each([
    ["{", /Vocabulary\.parse/],
    ["{}", /kind is unfold\.vocabulary/],
    ['{"kind":"unfold.vocabulary","words":["a","a"],"counts":[1,1],"specials":0}', /Vocabulary\.parse.*no vocabulary/s],
    ['{"kind":"unfold.vocabulary","words":["a"],"counts":[-1],"specials":0}', /no vocabulary/],
  ])("parse %s", (json, message) => expect(() => Vocabulary.parse(json)).toThrow(message));

  test("texts without frequent words", async () => {
    await expect(Vocabulary.build(TEXT)).rejects.toThrow(/smaller minCount/);
    await expect(Vocabulary.build([])).rejects.toThrow(/no word in the text/);
    await expect(Vocabulary.build(["text"] as never)).rejects.toThrow(/array of words/);
    expect(() => new WordCounter({ minCont: 1 } as never)).toThrow(/did you mean minCount/);
    expect(() => new WordCounter({ unknown: "?" })).toThrow(/one of the specials/);
  });

  test("words that are not there", async () => {
    const vocabulary = await Vocabulary.build(TEXT, { minCount: 1 });
    expect(() => vocabulary.index("zebra")).toThrow(/not in the vocabulary/);
    expect(() => vocabulary.decode([7])).toThrow(/0…3/);
  });
});
