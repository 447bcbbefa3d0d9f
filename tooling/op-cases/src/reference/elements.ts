import type { DType } from "@unfoldjs/tensor-core";

/** Floats by the bits of their fraction (the leading one counted), their least exponent and their largest number. */
const NARROW: Partial<Readonly<Record<DType, readonly [significant: number, least: number, largest: number]>>> = {
  f16: [11, -14, 65504],
  bf16: [8, -126, (2 - 2 ** -7) * 2 ** 127],
};

const WHOLE: Partial<Readonly<Record<DType, readonly [low: number, high: number]>>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
  i8: [-128, 127],
};

/** The nearest element of a dtype that holds floats; any other number as it is. */
export function asElement(dtype: DType, x: number): number {
  if (dtype === "f32") return Math.fround(x);
  const float = NARROW[dtype];
  return float === undefined ? x : nearest(x, ...float);
}

/** What an element of one dtype becomes in another. */
export function castTo(to: DType, from: DType, x: number): number {
  if (to === "bool") return x === 0 ? 0 : 1;
  const range = WHOLE[to];
  if (range === undefined) return asElement(to, asElement("f32", x)); // whole numbers go by way of f32
  const [low, high] = range;
  if (Number.isNaN(x)) return 0;
  const isFloat = from === "f32" || NARROW[from] !== undefined;
  if (isFloat || to === "i32") return Math.min(Math.max(Math.trunc(x), low), high);
  return ((((x - low) % 256) + 256) % 256) + low;
}

/** The nearest float after IEEE 754's definition: a multiple of the unit of its exponent, ties to even. */
function nearest(x: number, significant: number, least: number, largest: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const unit = 2 ** (Math.max(exponentOf(x), least) + 1 - significant);
  const rounded = evenOf(x / unit) * unit;
  return Math.abs(rounded) > largest ? Math.sign(x) * Infinity : rounded;
}

/** The exponent of the largest power of two that is not larger. */
function exponentOf(x: number): number {
  const words = new Uint32Array(Float64Array.of(x).buffer);
  return (((words[1] ?? 0) >>> 20) & 0x7ff) - 1023;
}

/** The nearest whole number, ties to even. */
function evenOf(x: number): number {
  const below = Math.floor(x);
  const above = x - below;
  const up = above > 0.5 || (above === 0.5 && below % 2 !== 0);
  return up ? below + 1 : below;
}
