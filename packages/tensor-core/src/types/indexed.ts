import type { Mismatch, Show } from "./broadcast.ts";
import type { IsFixedRank, Shape } from "./shape.ts";

/** A tensor as an index: positions, or a mask. */
interface Chosen {
  readonly shape: Shape;
  readonly dtype: "i32" | "bool";
}

/** The axes that an index leaves in place of one of a size. */
type Kept<Index, Size extends number> = Index extends number
  ? []
  : Index extends ":"
    ? [Size]
    : Index extends { readonly shape: infer Positions extends Shape; readonly dtype: infer D }
      ? D extends "i32"
        ? Positions
        : [number]
      : [number];

type FromFront<S extends Shape, I extends readonly unknown[], Done extends Shape = []> = I extends readonly [
  infer Index,
  ...infer Rest,
]
  ? Index extends "..."
    ? FromBack<S, Rest, Done>
    : Index extends null
      ? FromFront<S, Rest, [...Done, 1]>
      : S extends readonly [infer Size extends number, ...infer Others extends Shape]
        ? FromFront<Others, Rest, [...Done, ...Kept<Index, Size>]>
        : never
  : [...Done, ...S];

type FromBack<
  S extends Shape,
  I extends readonly unknown[],
  Before extends Shape,
  After extends Shape = [],
> = I extends readonly [...infer Rest, infer Index]
  ? Index extends null
    ? FromBack<S, Rest, Before, [1, ...After]>
    : S extends readonly [...infer Others extends Shape, infer Size extends number]
      ? FromBack<Others, Rest, Before, [...Kept<Index, Size>, ...After]>
      : never
  : [...Before, ...S, ...After];

/** True if a mask of other than one axis, or one of unknown axes, is among the indices. */
type HasWideMask<I extends readonly unknown[]> = [Extract<I[number], Chosen>] extends [never]
  ? false
  : Extract<I[number], Chosen> extends { readonly dtype: "i32" } | { readonly shape: readonly [number] }
    ? false
    : true;

/** The shape of what indices pick from `S`. */
export type Indexed<S extends Shape, I extends readonly unknown[]> = [IsFixedRank<S>, HasWideMask<I>] extends [
  true,
  false,
]
  ? number extends I["length"]
    ? Shape
    : FromFront<S, I>
  : Shape;

/** `unknown` where there are not more indices than axes, as far as the types tell; else a `Mismatch`. */
export type CanIndex<S extends Shape, I extends readonly unknown[]> = [Indexed<S, I>] extends [never]
  ? Mismatch<`more indices than axes of shape ${Show<S>}`>
  : unknown;
