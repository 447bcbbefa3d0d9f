import * as check from "../arguments/checks.ts";

/** What Python takes for white space, which JavaScript's `\s` is not quite: no mark of byte order, but separators of records. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const SPACES: RegExp = new RegExp(`${SPACE}+`);
const AT_START: RegExp = new RegExp(`^${SPACE}+`);
const AT_END: RegExp = new RegExp(`${SPACE}+$`);
const SEVERAL: RegExp = new RegExp(`${SPACE}{2,}`, "g");

/** How BLEU cuts a line into tokens, by sacrebleu's names. */
export type Tokeniser = "13a" | "char" | "intl" | "zh" | "none";

/** The words of a line between white space. */
export function wordsOf(line: string): string[] {
  return line.split(SPACES).filter((word) => word !== "");
}

/** A line without white space at its end: what Python's `rstrip` leaves. */
export function withoutEnd(line: string): string {
  return line.replace(AT_END, "");
}

/** A line without white space around it: what Python's `strip` leaves. */
export function stripped(line: string): string {
  return withoutEnd(line).replace(AT_START, "");
}

/** The words of a line as jiwer has them: between spaces, and between other white space where there is more of it than one. */
export function spacedWordsOf(line: string): string[] {
  return stripped(line.replaceAll(SEVERAL, " "))
    .split(" ")
    .filter((word) => word !== "");
}

/** The characters of a line, as Python counts them: code points. */
export function charactersOf(line: string): string[] {
  return Array.from(line);
}

/** The tokens of a line. @param line of text as it is, not tokenised before */
export function tokenise(line: string, tokeniser: Tokeniser): string[] {
  check.checkArguments("tokenise", ["line", line, check.string], ["tokeniser", tokeniser, tokeniserCheck]);
  return tokensOf(line, tokeniser);
}

export const tokeniserCheck: check.Check = check.oneOf("13a", "char", "intl", "zh", "none");

/** The same, of what was looked at. */
export function tokensOf(line: string, tokeniser: Tokeniser): string[] {
  switch (tokeniser) {
    case "13a":
      return western(` ${unescaped(line)} `);
    case "intl":
      return international(line);
    case "zh":
      return western(spacedChinese(line));
    case "char":
      return charactersOf(line).filter((character) => wordsOf(character).length > 0);
    default:
      return wordsOf(line);
  }
}

function unescaped(line: string): string {
  return line
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}

/** mteval-v13a's rules for western languages. */
function western(line: string): string[] {
  return wordsOf(
    line
      .replaceAll(/([{-~[-` -&(-+:-@/])/g, " $1 ")
      .replaceAll(/([^0-9])([.,])/gu, "$1 $2 ") // a full stop or comma, unless a digit comes before
      .replaceAll(/([.,])([^0-9])/gu, " $1 $2") // or comes after
      .replaceAll(/([0-9])(-)/g, "$1 $2 "),
  );
}

/** mteval-v14's international rules. */
function international(line: string): string[] {
  return wordsOf(
    line
      .replaceAll(/(\P{N})(\p{P})/gu, "$1 $2 ")
      .replaceAll(/(\p{P})(\P{N})/gu, " $1 $2")
      .replaceAll(/(\p{S})/gu, " $1 "),
  );
}

/**
 * What sacrebleu counts as Chinese. Its ranges of five digits are written so that Python reads four and a character more, which makes
 * of them the two last ranges here: scores are equal only if they are the same.
 */
const CHINESE =
  /[\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u2600-\u26ff\u2700-\u27bf\u3200-\u33ff\u2001-\u2a6d\u2f81-\u2fa1]/gu;

function spacedChinese(line: string): string {
  return stripped(line).replaceAll(CHINESE, " $& ");
}
