/** How a byte is read as a float: sign, exponent, fraction, as in IEEE 754, but for what is no number. */
interface Float8 {
  readonly fractionBits: number;
  readonly bias: number;
  /** The bytes that are NaN: the last of each sign, what would be -0, or, with infinities, those of the largest exponent. */
  readonly nan: "last" | "negative zero" | "largest exponent";
}

/**
 * The 8-bit floats of machine learning, by what a byte stands for: E4M3 and E5M2 (Micikevicius et al. 2022), their variants
 * that have neither -0 nor infinities (Noune et al. 2022), and powers of two (Open Compute Project, MX formats 1.0).
 */
export const FLOAT8: Readonly<Record<"E4M3" | "E5M2" | "E4M3FNUZ" | "E5M2FNUZ" | "E8M0", (byte: number) => number>> = {
  E4M3: numbersOf({ fractionBits: 3, bias: 7, nan: "last" }),
  E5M2: numbersOf({ fractionBits: 2, bias: 15, nan: "largest exponent" }),
  E4M3FNUZ: numbersOf({ fractionBits: 3, bias: 8, nan: "negative zero" }),
  E5M2FNUZ: numbersOf({ fractionBits: 2, bias: 16, nan: "negative zero" }),
  E8M0: (byte) => (byte === 0xff ? NaN : 2 ** (byte - 127)),
};

function numbersOf({ fractionBits, bias, nan }: Float8): (byte: number) => number {
  return (byte) => {
    const sign = byte & 0x80 ? -1 : 1;
    const largest = 0x7f >> fractionBits;
    const exponent = (byte & 0x7f) >> fractionBits;
    const fraction = byte & ((1 << fractionBits) - 1);
    if (nan === "largest exponent" && exponent === largest) return fraction === 0 ? sign * Infinity : NaN;
    if ((nan === "last" && (byte & 0x7f) === 0x7f) || (nan === "negative zero" && byte === 0x80)) return NaN;
    const unit = 2 ** (Math.max(exponent, 1) - bias - fractionBits);
    return sign * (fraction + (exponent === 0 ? 0 : 1 << fractionBits)) * unit;
  };
}
