import type { Mismatch, Show } from "./broadcast.ts";
import type { IsFixedRank, Shape } from "./shape.ts";

type Negative<S extends Shape, Axis extends number> = Axis extends number
  ? `${Axis}` extends `-${infer Digits extends number}`
    ? FromEnd<S, Digits>
    : Axis
  : never;
/** -1 where there is no such axis. */
type FromEnd<S extends Shape, Back extends number, Count extends 0[] = []> = Count["length"] extends Back
  ? S["length"]
  : S extends readonly [...infer Head extends Shape, number]
    ? FromEnd<Head, Back, [...Count, 0]>
    : -1;

/** The axis counted from the front, or each of several. */
export type NormalAxis<S extends Shape, Axis extends number> =
  IsFixedRank<S> extends true ? (number extends Axis ? number : Negative<S, Axis>) : number;

/**
 * The axes of a shape: `0 | 1` of two. A tuple whose elements may be left out has every length up to its own. A scalar counts as
 * a vector of one, as it does for most ops when they run.
 */
type Positions<S extends Shape> = S extends readonly [] ? 0 | -1 : Partial<Tail<S>>["length"];

type DropAt<S extends Shape, At extends number, Done extends 0[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Done["length"] extends At
    ? DropAt<Rest, At, [...Done, 0]>
    : [First, ...DropAt<Rest, At, [...Done, 0]>]
  : [];

/** The shape with another size along an axis; a union, where the axis or the shape is one. */
export type WithSize<S extends Shape, Axis extends number, Size extends number> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : Axis extends number
      ? number extends Axis
        ? Unknown<S>
        : Resized<S, NormalAxis<S, Axis>, Size>
      : never
  : never;
/** The shape with another size along each of several axes. */
type Resized<S extends Shape, At extends number, Size extends number> = {
  -readonly [K in keyof S]: K extends `${At}` ? Size : S[K];
};

/** The rank alone. */
export type Unknown<S extends Shape> = { -readonly [K in keyof S]: number };
type Tail<S extends Shape> = S extends readonly [number, ...infer Rest extends Shape] ? Rest : [];

/**
 * The shape after reducing literal axes (all, for `undefined`); of axes that are not known, what is known of the rank. A union,
 * where an axis or the shape is one.
 */
export type Reduced<S extends Shape, Axis, Keep extends boolean> = Axis extends undefined
  ? Keep extends true
    ? { -readonly [K in keyof S]: 1 }
    : []
  : S extends Shape
    ? number extends S["length"]
      ? Shape
      : Axis extends number
        ? ReducedAlong<S, Axis, Keep>
        : Axis extends readonly number[]
          ? number extends Axis["length"] | Axis[number]
            ? Keep extends true
              ? Unknown<S>
              : Shape
            : ReducedAlongAll<S, EachOf<Axis>, Keep>
          : Shape
    : never;
type ReducedAlongAll<S extends Shape, List extends readonly number[], Keep extends boolean> = List extends unknown
  ? ReducedAlong<S, List[number], Keep>
  : never;
/** Here several axes are all of them. */
type ReducedAlong<S extends Shape, Axis extends number, Keep extends boolean> = number extends Axis
  ? Keep extends true
    ? Unknown<S>
    : Unknown<Tail<S>>
  : Keep extends true
    ? Resized<S, NormalAxis<S, Axis>, 1>
    : DropAt<S, NormalAxis<S, Axis>>;

/** The lists that a list with unions in it may be: `[0, 1] | [0, 2]` for `[0, 1 | 2]`. */
export type EachOf<List extends readonly number[]> = List extends readonly [infer First, ...infer Rest extends Shape]
  ? First extends number
    ? [First, ...EachOf<Rest>]
    : never
  : [];

/** Those of several that are no axes of a shape. */
type NoAxis<S extends Shape, Axis extends number> = Axis extends number
  ? number extends Axis
    ? never
    : NormalAxis<S, Axis> extends Positions<S>
      ? never
      : Axis
  : never;

/** `unknown` where `S` has the axes, as far as the types tell; else a `Mismatch`. */
export type HasAxes<S extends Shape, Axis> = [Axis] extends [number]
  ? HasAxis<S, Axis>
  : Axis extends readonly number[]
    ? HasAxis<S, Axis[number]>
    : unknown;
type HasAxis<S extends Shape, Axis extends number> = number extends S["length"]
  ? unknown
  : [NoAxis<S, Axis>] extends [never]
    ? unknown
    : Mismatch<`shape ${Show<S>} has no axis ${NoAxis<S, Axis>}`>;

/** The shape with its axes in the given order. */
export type Permuted<S extends Shape, Order extends Shape> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : number extends Order["length"]
      ? Unknown<S>
      : { -readonly [K in keyof Order]: Order[K] extends number ? SizeAt<S, Order[K]> : never }
  : never;

/** `unknown` where an order names each axis of `S` once, as far as the types tell; else a `Mismatch`. */
export type IsOrder<S extends Shape, Order extends Shape> = [IsFixedRank<S>, IsFixedRank<Order>] extends [true, true]
  ? [Order["length"], S extends readonly [] ? never : Positions<S>] extends [S["length"], NormalAxis<S, Order[number]>]
    ? unknown
    : Mismatch<`the order ${Show<Order>} must name each axis of ${Show<S>} once`>
  : unknown;

/** The size along an axis. */
export type SizeAt<S extends Shape, Axis extends number> =
  number extends NormalAxis<S, Axis>
    ? number
    : S[NormalAxis<S, Axis>] extends infer Size extends number
      ? Size
      : number;

/** The shape with two axes exchanged; the last two unless said. */
export type Transposed<S extends Shape> = S extends readonly [
  ...infer Batch extends Shape,
  infer Rows extends number,
  infer Columns extends number,
]
  ? [...Batch, Columns, Rows]
  : Shape;

/** The shape with axes `A` and `B` exchanged; a union, where an axis or the shape is one. */
export type Exchanged<S extends Shape, A extends number, B extends number> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : number extends A | B
      ? Unknown<S>
      : A extends number
        ? B extends number
          ? ExchangedAt<S, NormalAxis<S, A>, NormalAxis<S, B>>
          : never
        : never
  : never;
type ExchangedAt<S extends Shape, A extends number, B extends number> = {
  -readonly [K in keyof S]: K extends `${A}` ? SizeAt<S, B> : K extends `${B}` ? SizeAt<S, A> : S[K];
};

/** One axis, several, or all for `undefined`. Negative axes count from the end. */
export type Axes = number | readonly number[] | undefined;
