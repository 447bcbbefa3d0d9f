import fc from "fast-check";
import { expect, test } from "vitest";
import { WordIndex } from "./word-index.ts";

const twice = (first: number, second: number): never => {
  throw new Error(`${first} and ${second}`);
};

test("finds each word where it stands, and no other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.string(), (words, other) => {
      const index = new WordIndex(words, twice);
      for (const [at, word] of words.entries()) expect(index.get(word)).toBe(at);
      expect(index.has(other)).toBe(words.includes(other));
    }),
  );
});

test("a word that comes twice is told with both places", () => {
  expect(() => new WordIndex(["a", "b", "c", "b"], twice)).toThrow("1 and 3");
});

test("words that are made to collide are found all the same", () => {
  // As hashes are made: h(xy) is the same for many pairs of characters, so lists of such pairs are too.
  const hash = (first: number, second: number): number => {
    const mixed = (h: number, code: number): number => {
      const product = Math.imul(h ^ code, 0x9e3779b1);
      return product ^ (product >>> 15);
    };
    return Math.imul(mixed(mixed(2, first), second), 0x9e3779b1) >>> 20;
  };
  const words: string[] = [];
  for (let first = 0x100; first < 0xd800 && words.length < 3000; first++) {
    for (let second = 0x100; second < 0x200; second++) {
      if (hash(first, second) === 77) words.push(String.fromCharCode(first, second));
    }
  }
  expect(words.length).toBeGreaterThan(2000); // more than are looked at
  const index = new WordIndex(words, twice);
  for (const [at, word] of words.entries()) expect(index.get(word)).toBe(at);
  expect(index.has("else")).toBe(false);
  expect(() => new WordIndex([...words, words[5] ?? ""], twice)).toThrow(`5 and ${words.length}`);
});
