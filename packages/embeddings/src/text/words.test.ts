import { describe, expect, test } from "vitest";
import { words } from "./words.ts";

test.each([
  ["Don't stop, she said — 3.5 times!", {}, ["Don't", "stop", "she", "said", "3.5", "times"]],
  ["Straße İstanbul", { lowerCase: true }, ["straße", "i̇stanbul"]],
  ["ISTANBUL", { lowerCase: true, locale: "tr" }, ["ıstanbul"]],
  ["こんにちは世界", { locale: "ja" }, ["こんにちは", "世界"]],
  ["a  b\tc\n", { by: "whitespace" }, ["a", "b", "c"]],
  ["né👩‍👩‍👧x", { by: "characters" }, ["n", "é", "👩‍👩‍👧", "x"]],
  ["a1 b22", { by: /\d+/gu }, ["1", "22"]],
  ["", {}, []],
] as const)("%s is taken apart", (text, options, wanted) => {
  expect(words(text, options)).toEqual(wanted);
});

describe("wrong calls", () => {
  test.each([
    [["a", { by: "word" }], /"unicode", "whitespace"/],
    [["a", { by: /x/u }], /new RegExp\(pattern, "ug"\)/],
    [["a", { locale: "no such" }], /must name a language/],
    [[["a"]], /words.*text/s],
  ])("%j", (call, message) => expect(() => words(...(call as [string]))).toThrow(message));
});
