/** Bounds of a number, whole ones; infinite where there are none. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** Whether the bounds themselves are left out. */
  readonly isAbove: boolean;
  readonly isBelow: boolean;
}

const FRACTION = "(\\.\\d+)?";

/** A pattern of the whole numbers from `least` to `most`, without leading zeros; undefined if there are none. */
export function integersBetween(least: number, most: number): string | undefined {
  const parts = [
    ...(least < 0 ? [naturals(Math.max(1, -most), -least).map((each) => `-${each}`)] : []),
    ...(most >= 0 ? [naturals(Math.max(0, least), most)] : []),
  ].flat();
  return parts.length === 0 ? undefined : `(${parts.join("|")})`;
}

/** A pattern of the decimal numbers within bounds, without exponents; undefined if there are none. */
export function decimalsBetween({ least, most, isAbove, isBelow }: Bounds): string | undefined {
  const parts: string[] = [];
  if (least < 0) {
    const far = { least: Math.max(0, -most), most: -least, isAbove: most <= 0 && isBelow, isBelow: isAbove };
    parts.push(...magnitudes(far).map((each) => `-${each}`));
  }
  if (most >= 0)
    parts.push(...magnitudes({ least: Math.max(0, least), most, isAbove: least >= 0 && isAbove, isBelow }));
  return parts.length === 0 ? undefined : `(${parts.join("|")})`;
}

/** Of numbers from 0 up. */
function magnitudes({ least, most, isAbove, isBelow }: Bounds): string[] {
  if (least > most || (least === most && (isAbove || isBelow))) return [];
  if (least === most) return [`${least}(\\.0+)?`];
  const first = isAbove ? [`${least}\\.\\d*[1-9]\\d*`] : [`${least}${FRACTION}`];
  const between = naturals(least + 1, most - 1).map((each) => `${each}${FRACTION}`);
  return [...first, ...between, ...(most === Infinity || isBelow ? [] : [`${most}(\\.0+)?`])];
}

/** Patterns of the whole numbers from `least`, 0 or more, to `most`: by how many digits they have. */
function naturals(least: number, most: number): string[] {
  if (least > most) return [];
  const parts: string[] = [];
  const longest = most === Infinity ? digits(least) : digits(most);
  for (let length = digits(least); length <= longest; length++) {
    const low = length === digits(least) ? String(least) : `1${"0".repeat(length - 1)}`;
    const high = most !== Infinity && length === digits(most) ? String(most) : "9".repeat(length);
    parts.push(sameLength(low, high));
  }
  if (most === Infinity) parts.push(`[1-9]\\d{${longest},}`);
  return parts;
}

function digits(value: number): number {
  return String(value).length;
}

/** Of numbers written with as many digits. */
function sameLength(low: string, high: string): string {
  if (low === high) return low;
  const [first, last] = [Number(low[0]), Number(high[0])];
  const rest = low.length - 1;
  // Whole powers of ten are not taken apart, or the pattern doubled with each digit.
  if (/^\d0*$/.test(low) && /^\d9*$/.test(high)) return `[${first}-${last}]${rest > 0 ? `\\d{${rest}}` : ""}`;
  if (first === last) return `${first}(${sameLength(low.slice(1), high.slice(1))})`;
  const parts = [`${first}(${sameLength(low.slice(1), "9".repeat(rest))})`];
  if (last - first > 1) parts.push(`[${first + 1}-${last - 1}]\\d{${rest}}`);
  parts.push(`${last}(${sameLength("0".repeat(rest), high.slice(1))})`);
  return `(${parts.join("|")})`;
}
