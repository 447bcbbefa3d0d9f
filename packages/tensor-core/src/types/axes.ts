import type { IsFixedRank, Shape } from "./shape.ts";

type Negative<S extends Shape, Axis extends number> = `${Axis}` extends `-${infer Digits extends number}`
  ? FromEnd<S, Digits>
  : Axis;
type FromEnd<S extends Shape, Back extends number, Count extends 0[] = []> = Count["length"] extends Back
  ? S["length"]
  : S extends readonly [...infer Head extends Shape, number]
    ? FromEnd<Head, Back, [...Count, 0]>
    : number;

/** The axis counted from the front. */
export type NormalAxis<S extends Shape, Axis extends number> =
  IsFixedRank<S> extends true ? (number extends Axis ? number : Negative<S, Axis>) : number;

type DropAt<S extends Shape, At extends number, Done extends 0[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Done["length"] extends At
    ? Rest
    : [First, ...DropAt<Rest, At, [...Done, 0]>]
  : [];

type OneAt<S extends Shape, At extends number, Done extends 0[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? [Done["length"] extends At ? 1 : First, ...OneAt<Rest, At, [...Done, 0]>]
  : [];

/** The shape after reducing one literal axis (or all, for `undefined`); a plain `Shape` where that is not known. */
export type Reduced<S extends Shape, Axis, Keep extends boolean> = Axis extends undefined
  ? Keep extends true
    ? { [K in keyof S]: 1 }
    : []
  : Axis extends number
    ? number extends NormalAxis<S, Axis>
      ? Shape
      : Keep extends true
        ? OneAt<S, NormalAxis<S, Axis>>
        : DropAt<S, NormalAxis<S, Axis>>
    : Shape;

/** The shape with its axes in the given order. */
export type Permuted<S extends Shape, Order extends Shape> = [IsFixedRank<S>, IsFixedRank<Order>] extends [true, true]
  ? { -readonly [K in keyof Order]: Order[K] extends number ? SizeAt<S, Order[K]> : never }
  : Shape;
type SizeAt<S extends Shape, Axis extends number> =
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

/** One axis, several, or all for `undefined`. */
export type Axes = number | readonly number[] | undefined;

/** One axis, several, or all for `undefined`. Negative axes count from the end. */
export type AxesOf<Axis> = Axis & (number | readonly number[] | undefined);
