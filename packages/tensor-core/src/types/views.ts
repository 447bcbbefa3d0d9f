import type { Product } from "./arithmetic.ts";
import type { EachOf, NormalAxis, Unknown } from "./axes.ts";
import type { Mismatch, Show } from "./broadcast.ts";
import type { IsFixedRank, Same, Shape } from "./shape.ts";

/** `unknown` where `S` has as many elements as `R`, as far as the types tell; else a `Mismatch`. */
export type HasSizeOf<S extends Shape, R extends Shape> = number extends S[number] | R[number]
  ? unknown
  : -1 extends R[number]
    ? unknown
    : [Same<Product<S>, Product<R>>] extends [never]
      ? Mismatch<`${Product<S>} elements of shape ${Show<S>} cannot become the ${Product<R>} of ${Show<R>}`>
      : unknown;

/** `unknown` where `S` may be the shape of one element; else a `Mismatch`. */
export type IsOneElement<S extends Shape> = [Same<Product<S>, 1>] extends [never]
  ? Mismatch<`shape ${Show<S>} has ${Product<S>} elements, and one number is wanted: its mean() or sum()`>
  : unknown;

/** The shape with axes `Start` to `End`, both included, in one. */
export type Flattened<S extends Shape, Start extends number, End extends number> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : S extends readonly []
      ? [1]
      : number extends Start | End
        ? Shape
        : Start extends number
          ? End extends number
            ? Merged<S, NormalAxis<S, Start>, NormalAxis<S, End>>
            : never
          : never
  : never;
type Merged<
  S extends Shape,
  Start extends number,
  End extends number,
  Before extends Shape = [],
  Run extends Shape = [],
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? [...Before, ...Run]["length"] extends End
    ? [...Before, Product<[...Run, First]>, ...Rest]
    : Run extends readonly []
      ? Before["length"] extends Start
        ? Merged<Rest, Start, End, Before, [First]>
        : Merged<Rest, Start, End, [...Before, First]>
      : Merged<Rest, Start, End, Before, [...Run, First]>
  : Before;

/** The shape that `S` is stretched to: `R`, where -1 keeps a size. */
export type Expanded<S extends Shape, R extends Shape> = R extends readonly [
  ...infer RHead extends Shape,
  infer RLast extends number,
]
  ? S extends readonly [...infer SHead extends Shape, infer SLast extends number]
    ? [...Expanded<SHead, RHead>, RLast extends -1 ? SLast : RLast]
    : [...Expanded<IsFixedRank<S> extends true ? [] : Shape, RHead>, RLast extends -1 ? number : RLast]
  : R extends readonly []
    ? []
    : Shape;

type Stretches<S extends Shape, R extends Shape> = [IsFixedRank<S>, IsFixedRank<R>] extends [true, true]
  ? S extends readonly [...infer SHead extends Shape, infer SLast extends number]
    ? R extends readonly [...infer RHead extends Shape, infer RLast extends number]
      ? [SLast extends 1 ? RLast : RLast extends -1 ? RLast : Same<SLast, RLast>] extends [never]
        ? false
        : Stretches<SHead, RHead>
      : false
    : true
  : true;

/** `unknown` where `S` can be stretched to `R`, as far as the types tell; else a `Mismatch`. */
export type CanExpand<S extends Shape, R extends Shape> = [Stretches<S, R>] extends [false]
  ? Mismatch<`shape ${Show<S>} cannot become ${Show<R>}: only axes of size 1 can be stretched`>
  : unknown;

/** The shape with an axis of size `Size` before the axis `Axis` of the result; a union, where the axis or the shape is one. */
export type Inserted<S extends Shape, Axis extends number, Size extends number = 1> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : Axis extends number
      ? number extends Axis
        ? Unknown<[...S, Size]>
        : InsertedAt<S, NormalAxis<[...S, Size], Axis>, Size>
      : never
  : never;
type InsertedAt<
  S extends Shape,
  At extends number,
  Size extends number,
  Done extends Shape = [],
> = Done["length"] extends At
  ? [...Done, Size, ...S]
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? InsertedAt<Rest, At, Size, [...Done, First]>
    : Done;

/** The shape without its axes of size 1, or without those of the named ones; a `Shape` where it is not known which these are. */
export type Squeezed<S extends Shape, Axis> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : Axis extends undefined
      ? number extends S[number]
        ? Shape
        : Narrowed<S, number>
      : Axis extends number
        ? SqueezedAlong<S, Axis>
        : Axis extends readonly number[]
          ? number extends Axis["length"]
            ? Shape
            : SqueezedAlongAll<S, EachOf<Axis>>
          : Shape
  : never;
type SqueezedAlongAll<S extends Shape, List extends readonly number[]> = List extends unknown
  ? SqueezedAlong<S, List[number]>
  : never;
/** Here several axes are all of them. */
type SqueezedAlong<S extends Shape, Axis extends number> = [Axis] extends [never]
  ? S
  : number extends Axis
    ? Shape
    : number extends S[NormalAxis<S, Axis>]
      ? Shape
      : Narrowed<S, NormalAxis<S, Axis>>;
type Narrowed<S extends Shape, At extends number, Done extends 0[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? [...(Done["length"] extends At ? (First extends 1 ? [] : [First]) : [First]), ...Narrowed<Rest, At, [...Done, 0]>]
  : [];
