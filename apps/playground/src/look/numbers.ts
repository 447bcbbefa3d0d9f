/**
 * Numbers as people read them: few digits, a unit, and one spelling of each quantity wherever it stands, which is that of Intl.
 * English and Chinese write numbers alike, so that one set of formats serves both; only times have words in them.
 */
const LOCALE = "en";

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(LOCALE, { notation: "compact" });
const plain = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 6 });
const roundShare = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
/** By the digits after the point. */
const shares = [0, 1, 2].map(
  (digits) =>
    new Intl.NumberFormat(LOCALE, {
      style: "percent",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
);

/** 0.9741 → "97.4%": with as many digits whatever it is, for what is measured. */
export function percent(share: number, digits: 0 | 1 | 2 = 1): string {
  return (shares[digits] ?? roundShare).format(share);
}

/** 0.25 → "25%", 0.125 → "12.5%": for what was chosen. */
export function chosenShare(share: number): string {
  return roundShare.format(share);
}

/** 12480 → "12,480". */
export function count(amount: number): string {
  return whole.format(amount);
}

/** 1200000 → "1.2M": a large number with little room, as on an axis. */
export function brief(amount: number): string {
  return compact.format(amount);
}

/** 0.0005 → "0.0005": a number that was chosen, with all its digits, up to six. */
export function exact(x: number): string {
  return plain.format(x);
}

/** 7.26 → "7.3 sec", 7530 → "2 hr 6 min": how long something takes, in words of a language. */
export function duration(seconds: number, language: "en" | "zh"): string {
  const inUnit = (amount: number, unit: "second" | "minute" | "hour", digits = 0): string =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(amount);
  if (seconds < 10) return inUnit(seconds, "second", 1);
  if (seconds < 59.5) return inUnit(seconds, "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return inUnit(minutes, "minute");
  return `${inUnit(Math.floor(minutes / 60), "hour")} ${inUnit(minutes % 60, "minute")}`;
}

/**
 * A signed value with three digits that mean something: −0.137, 2.41, 31.5, 127. Not grouped: it stands in squares with room for
 * four digits.
 */
export function value(x: number): string {
  if (Number.isNaN(x)) return "–";
  const magnitude = Math.abs(x);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
  const text = magnitude.toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A number of an axis whose numbers lie `distance` apart: with digits enough for each to stand where it says, one at least. */
export function onAxis(y: number, distance: number): string {
  const isWhole = (x: number): boolean => Math.abs(x - Math.round(x)) < 1e-6;
  const digits = [1, 2, 3, 4, 5].find((places) => isWhole(distance * 10 ** places)) ?? 6;
  return y.toFixed(digits);
}

/** A rate that does not jiggle in its last digits: 11847 → "11,800". */
export function rate(perSecond: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, perSecond))) - 2);
  return count(Math.round(perSecond / unit) * unit);
}

/** A number of a small table: whole ones as they are (−10, 0, 255), others as `value` has them. */
export function entry(x: number): string {
  return Number.isInteger(x) ? String(x).replace("-", "−") : value(x);
}

/** The largest magnitude among them; 0 if there are none. */
export function largest(numbers: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < numbers.length; i++) found = Math.max(found, Math.abs(numbers[i] ?? 0));
  return found;
}

/** A size in pixels: "256 × 171", width first as people say it. */
export function dimensions(columns: number, rows: number): string {
  return `${columns} × ${rows}`;
}
