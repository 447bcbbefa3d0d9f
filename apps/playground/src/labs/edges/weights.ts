/** How large a weight may be that people write. */
const LARGEST = 99;
/** Digits after the point: a learned filter's weights need them. */
const DIGITS = 3;
/** What a blur divides by. A weight of one of these parts is kept as it is, and written as a fraction. */
const PARTS = [9, 16] as const;

/** A weight as the lab takes it: within bounds, a fraction such as 1/9 or a decimal. Undefined for what is no number. */
export function weightOf(text: string): number | undefined {
  const [, over, under] = /^([−-]?\d+)\/(\d+)$/.exec(text.replaceAll(" ", "")) ?? [];
  if (over !== undefined && under !== undefined) return kept(numberOf(over) / numberOf(under));
  return text.trim() === "" ? undefined : kept(numberOf(text));
}

function numberOf(text: string): number {
  return Number(text.trim().replace("−", "-").replace(",", "."));
}

function kept(number: number): number | undefined {
  if (!Number.isFinite(number)) return undefined;
  const within = Math.min(LARGEST, Math.max(-LARGEST, number));
  const parts = partsOf(within);
  return parts === undefined ? decimal(within) : Math.round(within * parts) / parts;
}

/** With the digits that are kept. */
function decimal(number: number): number {
  return Math.round(10 ** DIGITS * number) / 10 ** DIGITS || 0; // no −0
}

/** A weight as `weightOf` takes it: 2, −0.125, 1/9. */
export function weightText(weight: number): string {
  const parts = partsOf(weight);
  return parts === undefined ? String(decimal(weight)).replace("-", "−") : fraction(weight, parts);
}

/** The weights of one kernel, alike: once one of them is a fraction, so are all that can be. */
export function weightTexts(weights: readonly number[]): string[] {
  const parts = weights.map(partsOf).find((found) => found !== undefined);
  return weights.map((weight) =>
    parts !== undefined && isWhole(weight * parts) ? fraction(weight, parts) : weightText(weight),
  );
}

/** What a weight is a part of that no decimal of the lab's digits is. */
function partsOf(weight: number): number | undefined {
  return decimal(weight) === weight ? undefined : PARTS.find((parts) => isWhole(weight * parts));
}

function isWhole(number: number): boolean {
  return Math.abs(number - Math.round(number)) < 1e-5; // as exact as a 32-bit weight times its parts
}

function fraction(weight: number, parts: number): string {
  const amount = Math.round(weight * parts);
  const common = divisor(Math.abs(amount), parts);
  const text = common === parts ? String(amount / parts) : `${amount / common}/${parts / common}`;
  return text.replace("-", "−");
}

/** The greatest common divisor (Euclid). */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
