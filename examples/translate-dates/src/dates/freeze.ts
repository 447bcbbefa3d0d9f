// Writes formats.json: how dates are written in words, as this Node.js's Intl (ICU, CLDR) has it. Run by hand, and then only to
// take other locales in: the table is kept, since ICU changes from one version of Node.js to the next.

import { writeFile } from "@unfoldjs/nn";
import type { Format } from "./format.ts";

const LOCALES = "en-US en-GB de fr es it pt-BR nl pl sv da fi cs hu tr ru el ja zh-CN ko nb ro ca".split(" ");
const STYLES = ["medium", "long", "full"] as const;

function formatOf(locale: string, style: (typeof STYLES)[number]): Format | undefined {
  const intl = new Intl.DateTimeFormat(locale, {
    dateStyle: style,
    calendar: "gregory",
    numberingSystem: "latn",
    timeZone: "UTC",
  });
  const partsOf = (month: number, day: number): readonly Intl.DateTimeFormatPart[] =>
    intl.formatToParts(new Date(Date.UTC(2023, month, day)));
  const valueOf = (type: string, parts: readonly Intl.DateTimeFormatPart[]): string =>
    parts.find((part) => part.type === type)?.value ?? "";
  const pattern = partsOf(0, 5)
    .map(({ type, value }) => (type === "literal" ? value : `{${type}}`))
    .join("");
  const months = Array.from({ length: 12 }, (_, month) => valueOf("month", partsOf(month, 5)));
  const isNumeric = months.every((name) => /^\d+$/.test(name));
  // 03/04 is March in one place and April in another: a month in digits must say that it is one.
  if (isNumeric && !/\{month\}[月월]/.test(pattern)) return undefined;
  if (!valueOf("year", partsOf(0, 5)).endsWith("2023")) return undefined;
  // The first of January 2023 was a Sunday.
  const weekdays = Array.from({ length: 7 }, (_, day) => valueOf("weekday", partsOf(0, 1 + day)));
  return {
    locale,
    style,
    pattern: pattern.toLowerCase(),
    months: isNumeric ? [] : months.map((name) => name.toLowerCase()),
    weekdays: pattern.includes("{weekday}") ? weekdays.map((name) => name.toLowerCase()) : [],
    padsDay: valueOf("day", partsOf(0, 5)) === "05",
  };
}

const formats = LOCALES.flatMap((locale) => STYLES.flatMap((style) => formatOf(locale, style) ?? []));
const same = new Map(formats.map((format) => [JSON.stringify({ ...format, style: "" }), format]));
await writeFile(
  new URL("formats.json", import.meta.url),
  `[\n${[...same.values()].map((format) => `  ${JSON.stringify(format)}`).join(",\n")}\n]\n`,
);
