import { FORMATS } from "./data.ts";

export const PADDING = 0;
const UNKNOWN = 1;

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** Every character of the formats that a date may be written in, digits, and the letters of typing mistakes. */
const CHARACTERS: readonly string[] = [
  ...new Set(
    FORMATS.flatMap(({ pattern, months, weekdays }) =>
      Array.from([pattern.replaceAll(/\{[a-z]+\}/g, ""), ...months, ...weekdays, DIGITS, LETTERS].join("")),
    ),
  ),
].sort();

const NUMBERS: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, at) => [character, at + 2]));

/** How many numbers characters have, with padding and what is unknown. */
export const CHARACTER_COUNT: number = CHARACTERS.length + 2;

export function numbersOf(text: string): number[] {
  return Array.from(text).map((character) => NUMBERS.get(character) ?? UNKNOWN);
}

/** What a date is written with, and the token before it. */
const DATE_TOKENS: readonly string[] = [...Array.from(DIGITS), "-"];
export const START: number = DATE_TOKENS.length;
export const TOKEN_COUNT: number = DATE_TOKENS.length + 1;

export function tokensOf(iso: string): number[] {
  return Array.from(iso).map((character) => DATE_TOKENS.indexOf(character));
}

export function textOf(tokens: readonly number[]): string {
  return tokens.map((token) => DATE_TOKENS[token] ?? "").join("");
}
