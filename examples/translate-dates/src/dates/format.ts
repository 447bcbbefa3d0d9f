/** A day of the Gregorian calendar. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** How a locale writes dates, in lower case. */
export interface Format {
  readonly locale: string;
  readonly style: "medium" | "long" | "full";
  /** With `{day}`, `{month}`, `{year}` and `{weekday}` in it. */
  readonly pattern: string;
  /** Names of the months as they stand in a date; none where a month is a number. */
  readonly months: readonly string[];
  /** Names of the days of the week from Sunday on; none where the format has none. */
  readonly weekdays: readonly string[];
  /** Whether the day has two digits always. */
  readonly padsDay: boolean;
}

/** The days of `year` … `year + years - 1`. */
export function daysFrom(year: number, years: number): Day[] {
  const days: Day[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + years, 0, 1); at += 86_400_000) {
    const date = new Date(at);
    days.push({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
  }
  return days;
}

/** ISO 8601: 2024-03-04. */
export function isoOf({ year, month, day }: Day): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** What stands for a part of a date in a format. */
export type Part = "day" | "month" | "year" | "weekday" | "between";

/** A date as the format writes it, part by part. */
export function partsOf(date: Day, format: Format): readonly { readonly part: Part; readonly text: string }[] {
  const { year, month, day } = date;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const texts: Readonly<Record<string, string>> = {
    day: format.padsDay ? String(day).padStart(2, "0") : String(day),
    month: format.months[month - 1] ?? String(month),
    year: String(year),
    weekday: format.weekdays[weekday] ?? "",
  };
  return format.pattern
    .split(/(\{[a-z]+\})/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const name = /^\{([a-z]+)\}$/.exec(piece)?.[1];
      return name === undefined ? { part: "between", text: piece } : { part: name as Part, text: texts[name] ?? "" };
    });
}
