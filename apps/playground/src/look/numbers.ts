/** Numbers as people read them: few digits, a unit, and thin spaces between thousands. */

const NARROW = "\u202F";

/** 0.9741 → "97.4 %". */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}${NARROW}%`;
}

/** 12480 → "12 480". */
export function count(amount: number): string {
  return String(Math.round(amount)).replaceAll(/\B(?=(\d{3})+$)/g, NARROW);
}

/** A signed value with three digits that mean something: −0.137, 2.41, 31.5, 127. */
export function value(x: number): string {
  if (Number.isNaN(x)) return "–";
  const magnitude = Math.abs(x);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
  const text = magnitude.toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A rate that does not jiggle in its last digits: 11847 → "11 800". */
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
