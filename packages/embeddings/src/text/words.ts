import {
  assertBoolean,
  assertString,
  checkOptions,
  type OptionChecks,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

/** How a text is taken apart. */
export interface WordsOptions {
  /**
   * `"unicode"`, the default: words as Unicode has them (`Intl.Segmenter`, UAX 29), without spaces and punctuation, also of
   * languages that write no spaces; `"whitespace"`: what stands between spaces; `"characters"`: characters as people count them;
   * a regular expression with the flag g: what it matches.
   */
  readonly by?: "unicode" | "whitespace" | "characters" | RegExp;
  /** Of the text, as "en" or "ja". Default: what words look like in most languages ("und"). */
  readonly locale?: string;
  /** Makes letters small. Default false. */
  readonly lowerCase?: boolean;
}

/** Languages in which the marks on a letter say what its small one is (Unicode, SpecialCasing.txt), and letters with theirs. */
const MARKS_COUNT = /^(?:az|lt|tr)(?:-|$)/;
const WITH_MARKS = /\P{M}\p{M}*|\p{M}+/gu;
const segmenters = /* @__PURE__ */ new Map<string, Intl.Segmenter>();

/** A word and from where to where in the text it stands, in UTF-16 units. */
export interface PlacedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The words of a text, in order.
 * @throws ValueError
 */
export function words(text: string, options: WordsOptions = {}): string[] {
  assertString("words", "text", text);
  checkWordsOptions("words", options);
  return placedWords("words", text, options).map(({ word }) => word);
}

/** @throws ValueError */
export function checkWordsOptions(op: string, options: WordsOptions): void {
  checkOptions<WordsOptions>(op, options, WORDS_CHECKS);
}

export const WORDS_CHECKS: OptionChecks<WordsOptions> = {
  by: assertBy,
  locale: assertString,
  lowerCase: assertBoolean,
};

/** The words of a text and where they stand in it. @param options checked @throws ValueError on a locale that there is not */
export function placedWords(op: string, text: string, options: WordsOptions): PlacedWord[] {
  const { by = "unicode", locale = "und", lowerCase = false } = options;
  const language = localeOf(op, locale); // "und", too: without a language some engines take the machine's
  const read = lowerCase ? text.toLocaleLowerCase(language) : text;
  const placed: PlacedWord[] = [];
  if (by === "whitespace" || by instanceof RegExp) {
    for (const { 0: word, index } of read.matchAll(by === "whitespace" ? /\S+/gu : by)) {
      if (word !== "") placed.push({ word, start: index, end: index + word.length });
    }
  } else {
    for (const { segment, index, isWordLike } of segmenter(op, locale, by === "unicode" ? "word" : "grapheme").segment(
      read,
    )) {
      if (by === "characters" || isWordLike === true) {
        placed.push({ word: segment, start: index, end: index + segment.length });
      }
    }
  }
  if (read.length === text.length) return placed;
  // Small letters may be longer than capitals: İ is two; or shorter with their marks, as a Turkish I with a dot above.
  const parts = MARKS_COUNT.test(language) ? (text.match(WITH_MARKS) ?? []) : text;
  const places = [0];
  let at = 0;
  for (const part of parts) {
    at += part.length;
    for (let i = part.toLocaleLowerCase(language).length; i > 0; i--) places.push(at);
  }
  return placed.map(({ word, start, end }) => ({ word, start: places[start] ?? at, end: places[end] ?? at }));
}

function assertBy(op: string, name: string, value: unknown): void {
  if (value === "unicode" || value === "whitespace" || value === "characters") return;
  if (value instanceof RegExp && value.flags.includes("g")) return;
  throw wrongArgument(
    op,
    name,
    value,
    '"unicode", "whitespace", "characters" or a regular expression with the flag g',
    value instanceof RegExp ? `new RegExp(pattern, "${value.flags}g")` : undefined,
  );
}

function localeOf(op: string, locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "und";
  } catch (error) {
    throw new ValueError(op, { locale }, 'locale must name a language, as in "en" or "pt-BR"', undefined, {
      cause: error,
    });
  }
}

function segmenter(op: string, locale: string, granularity: "word" | "grapheme"): Intl.Segmenter {
  const key = `${locale} ${granularity}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(localeOf(op, locale), { granularity });
  segmenters.set(key, made);
  return made;
}
