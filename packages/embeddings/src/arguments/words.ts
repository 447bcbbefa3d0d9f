import { assertList, assertString, wrongArgument } from "@unfoldjs/tensor-core";

/** @throws ValueError unless it is an array of words */
export function assertWords(op: string, name: string, words: unknown): asserts words is readonly string[] {
  assertList(op, name, words, "an array of words");
  for (const word of words) assertString(op, name, word);
}

/** @throws ValueError unless it is an array of pairs of words */
export function assertPairs(
  op: string,
  name: string,
  pairs: unknown,
): asserts pairs is readonly (readonly [string, string])[] {
  assertList(op, name, pairs, "an array of pairs of words");
  for (const pair of pairs) {
    const [a, b]: readonly unknown[] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof a !== "string" || typeof b !== "string") throw wrongArgument(op, name, pair, "pairs of words");
  }
}
