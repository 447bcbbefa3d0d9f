import { assertBoolean, assertString, checkOptions, ValueError, wrongArgument } from "@unfoldjs/tensor-core";

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

const segmenters = /* @__PURE__ */ new Map<string, Intl.Segmenter>();

/**
 * The words of a text, in order.
 * @throws ValueError
 */
export function words(text: string, options: WordsOptions = {}): string[] {
  assertString("words", "text", text);
  checkOptions<WordsOptions>("words", options, { by: assertBy, locale: assertString, lowerCase: assertBoolean });
  const { by = "unicode", locale = "und", lowerCase = false } = options;
  const read = lowerCase ? text.toLocaleLowerCase(locale === "und" ? undefined : localeOf(locale)) : text;
  if (by === "whitespace") return read.split(/\s+/u).filter((word) => word !== "");
  if (by instanceof RegExp) return Array.from(read.matchAll(by), ([found]) => found).filter((word) => word !== "");
  const segments = segmenter(locale, by === "unicode" ? "word" : "grapheme").segment(read);
  const found: string[] = [];
  for (const { segment, isWordLike } of segments) if (by === "characters" || isWordLike === true) found.push(segment);
  return found;
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

function localeOf(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "und";
  } catch (error) {
    throw new ValueError("words", { locale }, 'locale must name a language, as in "en" or "pt-BR"', undefined, {
      cause: error,
    });
  }
}

function segmenter(locale: string, granularity: "word" | "grapheme"): Intl.Segmenter {
  const key = `${locale} ${granularity}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(localeOf(locale), { granularity });
  segmenters.set(key, made);
  return made;
}
