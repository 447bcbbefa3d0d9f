import type { DType } from "@unfoldjs/tensor-core";

/** A stream of numbers from 0 (included) to 1 (not included). */
export type Random = () => number;

/** How the elements of an input are chosen. Gradient cases draw away from kinks, so that differences mean something. */
export interface Draw<D extends DType = DType> {
  readonly dtype: D;
  /** True for an f32 input that has no gradient, such as class weights. */
  readonly held?: true;
  /** `size` elements; floats are rounded by the caller. */
  draw(size: number, random: Random): number[];
}

function each<const D extends DType>(dtype: D, one: (random: Random) => number): Draw<D> {
  return { dtype, draw: (size, random) => Array.from({ length: size }, () => one(random)) };
}

/** Reals between two bounds, f32 unless said. */
export function uniform(low: number, high: number): Draw<"f32">;
export function uniform<const D extends DType>(low: number, high: number, dtype: D): Draw<D>;
export function uniform(low: number, high: number, dtype: DType = "f32"): Draw {
  return each(dtype, (random) => low + (high - low) * random());
}

/** The same elements for an input that has no gradient. */
export function held<D extends DType>(draw: Draw<D>): Draw<D> {
  return { ...draw, held: true };
}

/** Of either sign. */
export const real: Draw<"f32"> = uniform(-2, 2);
/** For roots and logarithms. */
export const positive: Draw<"f32"> = uniform(0.5, 3);
/** Of either sign, and at least 0.3 from the kink of |x| and relu. */
export const awayFromZero: Draw<"f32"> = each("f32", (random) => (random() < 0.5 ? -1 : 1) * (0.3 + 2 * random()));

/**
 * Numbers 0.1 apart in random order, `shift` from the odd multiples of 0.05: no difference step makes two change places,
 * nor, for a shift below 0.03, takes one over 0.
 */
export function distinct(shift = 0): Draw<"f32"> {
  return {
    dtype: "f32",
    draw(size, random) {
      const values = Array.from({ length: size }, (_, i) => 0.1 * (i - Math.floor(size / 2)) + 0.05 + shift);
      for (let last = size - 1; last > 0; last--) {
        const other = Math.floor(random() * (last + 1));
        [values[last], values[other]] = [values[other] as number, values[last] as number];
      }
      return values;
    },
  };
}

/** Whole numbers from `low` up to `high` (not included), i32 unless said. */
export function integers(low: number, high: number): Draw<"i32">;
export function integers<const D extends DType>(low: number, high: number, dtype: D): Draw<D>;
export function integers(low: number, high: number, dtype: DType = "i32"): Draw {
  return each(dtype, (random) => low + Math.floor((high - low) * random()));
}

export const truth: Draw<"bool"> = integers(0, 2, "bool");

/** These elements over and over, f32 unless said: infinities, NaN, ties, large magnitudes. */
export function elements(values: readonly number[]): Draw<"f32">;
export function elements<const D extends DType>(values: readonly number[], dtype: D): Draw<D>;
export function elements(values: readonly number[], dtype: DType = "f32"): Draw {
  return { dtype, draw: (size) => Array.from({ length: size }, (_, i) => values[i % values.length] as number) };
}

/** Elements of the dtypes that no op computes with. */
export const STORAGE: readonly [Draw<"f16">, Draw<"bf16">, Draw<"i8">] = [
  uniform(-100, 100, "f16"),
  uniform(-100, 100, "bf16"),
  integers(-128, 127, "i8"),
];

/** A stream that depends on `seed` alone (Mulberry32, Tommy Ettinger 2017). */
export function randomFrom(seed: string): Random {
  let state = 0;
  for (const character of seed) state = (Math.imul(state, 31) + character.charCodeAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
