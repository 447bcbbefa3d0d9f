import { createHash } from "node:crypto";
import { type Day, daysFrom, type Format, isoOf, partsOf } from "./format.ts";
import formatTable from "./formats.json" with { type: "json" };
import { mistyped } from "./mistake.ts";
import type { Draws } from "./draws.ts";

/** One date in words and as it is to be. */
export interface Example {
  readonly text: string;
  readonly iso: string;
  readonly format: Format;
  /** Where the month stands in `text`, in characters; undefined where it is a number. */
  readonly month: { readonly start: number; readonly end: number } | undefined;
}

export const FORMATS: readonly Format[] = formatTable as Format[];

/** Languages of which no date is learned. */
const UNSEEN_LOCALES = ["nb", "ro", "ca"];
/** Formats that are not learned, of languages that are. */
const UNSEEN_FORMATS = ["fr full", "nl full", "en-GB medium", "it medium", "hu medium"];

const isUnseen = ({ locale, style }: Format): boolean => UNSEEN_FORMATS.includes(`${locale} ${style}`);

export const SEEN: readonly Format[] = FORMATS.filter(
  (format) => !UNSEEN_LOCALES.includes(format.locale) && !isUnseen(format),
);
export const UNSEEN: readonly Format[] = FORMATS.filter(isUnseen);
export const FOREIGN: readonly Format[] = FORMATS.filter(({ locale }) => UNSEEN_LOCALES.includes(locale));

const [FIRST_YEAR, YEARS] = [1800, 300];
const DAYS: readonly Day[] = daysFrom(FIRST_YEAR, YEARS);
/** Of each ten days one is held out, chosen by its number so that it is the same one on every machine. */
const isHeldOut = (_: Day, at: number): boolean => ((at * 2654435761) >>> 8) % 10 === 0;

export const LEARNED_DAYS: readonly Day[] = DAYS.filter((day, at) => !isHeldOut(day, at));
export const HELD_OUT_DAYS: readonly Day[] = DAYS.filter(isHeldOut);

/** Share of the dates that have a typing mistake in their words. */
const MISTAKES = 0.15;

/** A date of some days, in some formats. */
export function drawExample(days: readonly Day[], formats: readonly Format[], draws: Draws): Example {
  const day = days[draws.below(days.length)] as Day;
  const format = formats[draws.below(formats.length)] as Format;
  const isMistyped = draws.share() < MISTAKES;
  let text = "";
  let month: Example["month"];
  for (const piece of partsOf(day, format)) {
    const isWord = piece.part === "month" || piece.part === "weekday";
    const others = piece.part === "month" ? format.months : format.weekdays;
    const typed = isWord && isMistyped ? mistyped(piece.text, others, draws) : piece.text;
    if (piece.part === "month" && format.months.length > 0) {
      month = { start: Array.from(text).length, end: Array.from(text).length + Array.from(typed).length };
    }
    text += typed;
  }
  return { text, iso: isoOf(day), format, month };
}

/** SHA-256 of all that the data are made of: figures are of these data only. */
export function dataHash(): string {
  const made = [FORMATS, UNSEEN_LOCALES, UNSEEN_FORMATS, FIRST_YEAR, YEARS, MISTAKES, HELD_OUT_DAYS.length];
  return createHash("sha256").update(JSON.stringify(made)).digest("hex");
}
