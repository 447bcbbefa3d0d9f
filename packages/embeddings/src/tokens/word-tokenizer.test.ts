import { describe, expect, test } from "vitest";
import { Vocabulary } from "../index.ts";
import { WordTokenizer } from "../text.ts";
import type { WordsOptions } from "../text/words.ts";

const vocabulary = new Vocabulary(["<unk>", "new", "york", "i̇", "é", "a1"], [1, 1, 1, 1, 1, 1], {
  specials: 1,
  unknown: "<unk>",
});

test.each<[string, WordsOptions, number[], string[]]>([
  ["New York, new!", { lowerCase: true }, [1, 2, 1], ["New", "York", "new"]],
  ["new  york ", { by: "whitespace" }, [1, 2], ["new", "york"]],
  ["a1 b2", { by: /[a-z]\d/gu }, [5, 0], ["a1", "b2"]],
  ["néİ", { by: "characters", lowerCase: true }, [0, 4, 3], ["n", "é", "İ"]],
  // A Turkish I loses the dot that it has as a mark of its own, Lithuanian letters with marks keep theirs.
  [
    "I\u0307L ve İL new",
    { by: "whitespace", lowerCase: true, locale: "tr" },
    [0, 0, 0, 1],
    ["I\u0307L", "ve", "İL", "new"],
  ],
  ["J\u0300 Ì new", { by: "whitespace", lowerCase: true, locale: "lt" }, [0, 0, 1], ["J\u0300", "Ì", "new"]],
  ["", {}, [], []],
])("%s by %j", (text, options, ids, found) => {
  const tokenizer = new WordTokenizer(vocabulary, options);
  const spans = tokenizer.spans(text);
  expect([...tokenizer.encode(text)]).toEqual(ids);
  expect([...spans.ids]).toEqual(ids);
  expect([...spans.starts].map((start, i) => text.slice(start, spans.ends[i]))).toEqual(found);
});

test("words that are not there are left out where nothing stands for them, and ids are words again", () => {
  const plain = new WordTokenizer(new Vocabulary(["old", "town"], [2, 1]));
  expect([...plain.encode("old new town")]).toEqual([0, 1]);
  expect(plain.decode([1, 0])).toBe("town old");
  expect([plain.id("town"), plain.id("city"), plain.token(0), plain.size]).toEqual([1, undefined, "old", 2]);
  expect(new WordTokenizer(vocabulary).id("city")).toBeUndefined();
  expect(new WordTokenizer(vocabulary, { by: "characters" }).decode([4, 4])).toBe("éé");
});

describe("wrong calls", () => {
  test("are refused by name", () => {
    expect(() => new WordTokenizer(["a"] as never)).toThrow(/WordTokenizer.*a Vocabulary/s);
    expect(() => new WordTokenizer(vocabulary, { locale: "no such" })).toThrow(/WordTokenizer.*name a language/s);
    expect(() => new WordTokenizer(vocabulary).decode([9])).toThrow(/0…5/);
    expect(() => new WordTokenizer(vocabulary).encode(1 as never)).toThrow(/WordTokenizer\.encode/);
  });
});
