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

/** The shape with another size along an axis, or along each of several. */
export type WithSize<S extends Shape, Axis extends number, Size extends number> =
  IsFixedRank<S> extends false
    ? Shape
    : number extends Axis
      ? Unknown<S>
      : { -readonly [K in keyof S]: K extends `${NormalAxis<S, Axis>}` ? Size : S[K] };

/** The rank alone. */
export type Unknown<S extends Shape> = { -readonly [K in keyof S]: number };
type Tail<S extends Shape> = S extends readonly [number, ...infer Rest extends Shape] ? Rest : [];

/** The shape after reducing literal axes (all, for `undefined`); of axes that are not known, what is known of the rank. */
export type Reduced<S extends Shape, Axis, Keep extends boolean> = Axis extends undefined
  ? Keep extends true
    ? { -readonly [K in keyof S]: 1 }
    : []
  : IsFixedRank<S> extends false
    ? Shape
    : Axis extends number
      ? ReducedAlong<S, Axis, Keep>
      : Axis extends readonly number[]
        ? number extends Axis["length"] | Axis[number]
          ? Keep extends true
            ? Unknown<S>
            : Shape
          : ReducedAlong<S, Axis[number], Keep>
        : Shape;
type ReducedAlong<S extends Shape, Axis extends number, Keep extends boolean> = Keep extends true
  ? WithSize<S, Axis, 1>
  : number extends Axis
    ? Unknown<Tail<S>>
    : DropAt<S, NormalAxis<S, Axis>>;

type IsAxis<S extends Shape, Axis extends number> =
  IsFixedRank<S> extends false
    ? true
    : number extends Axis
      ? true
      : NormalAxis<S, Axis> extends Positions<S>
        ? true
        : false;

/** `unknown` where `S` has the axes, as far as the types tell; else a `Mismatch`. */
export type HasAxes<S extends Shape, Axis> = Axis extends number
  ? HasAxis<S, Axis>
  : Axis extends readonly number[]
    ? HasAxis<S, Axis[number]>
    : unknown;
type HasAxis<S extends Shape, Axis extends number> = [Axis] extends [never]
  ? unknown
  : IsAxis<S, Axis> extends true
    ? unknown
    : Mismatch<`shape ${Show<S>} has no axis ${Axis}`>;

/** The shape with its axes in the given order. */
export type Permuted<S extends Shape, Order extends Shape> = [IsFixedRank<S>, IsFixedRank<Order>] extends [true, true]
  ? { -readonly [K in keyof Order]: Order[K] extends number ? SizeAt<S, Order[K]> : never }
  : IsFixedRank<S> extends true
    ? Unknown<S>
    : Shape;

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

/** The shape with axes `A` and `B` exchanged. */
export type Exchanged<S extends Shape, A extends number, B extends number> =
  IsFixedRank<S> extends false
    ? Shape
    : number extends A | B
      ? Unknown<S>
      : {
          -readonly [K in keyof S]: K extends `${NormalAxis<S, A>}`
            ? SizeAt<S, B>
            : K extends `${NormalAxis<S, B>}`
              ? SizeAt<S, A>
              : S[K];
        };

/** One axis, several, or all for `undefined`. Negative axes count from the end. */
export type Axes = number | readonly number[] | undefined;
