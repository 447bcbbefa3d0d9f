import { describe, expect, test, vi } from "vitest";
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

test("what is made small does not follow from the language of the machine", () => {
  const small = vi.spyOn(String.prototype, "toLocaleLowerCase");
  try {
    expect(words("TITI İ", { lowerCase: true })).toEqual(["titi", "i̇"]);
    expect(small.mock.calls.length).toBeGreaterThan(0);
    expect(small.mock.calls.every(([locale]) => locale === "und")).toBe(true);
  } finally {
    small.mockRestore();
  }
});

describe("wrong calls", () => {
  test.each([
    [["a", { by: "word" }], /"unicode", "whitespace"/],
    [["a", { by: /x/u }], /new RegExp\(pattern, "ug"\)/],
    [["a", { locale: "no such" }], /must name a language/],
    [[["a"]], /words.*text/s],
  ])("%j", (call, message) => expect(() => words(...(call as [string]))).toThrow(message));
});
