import type { Draws } from "./draws.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** Shorter words are abbreviations, of which a letter may be all that tells two months apart. */
const SHORTEST = 5;

/**
 * A word with one typing mistake: two letters changed about, one left out, doubled or another one. The first letter stays, and
 * so do words that would then be as near to another of `others`, since nobody could read them.
 */
export function mistyped(word: string, others: readonly string[], draws: Draws): string {
  const letters = Array.from(word);
  if (letters.length < SHORTEST || !letters.every((letter) => /\p{L}/u.test(letter))) return word;
  const at = 1 + draws.below(letters.length - 2);
  const [here = "", next = ""] = letters.slice(at, at + 2);
  const mistakes = [[next, here], [next], [here, here, next], [String(draws.of(LETTERS)), next]];
  letters.splice(at, 2, ...(mistakes[draws.below(mistakes.length)] ?? []));
  const typed = letters.join("");
  const own = distance(typed, word);
  return others.some((other) => other !== word && distance(typed, other) <= own) ? word : typed;
}

/** Letters to put in, take out or replace to make one word of the other (Levenshtein 1966). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
