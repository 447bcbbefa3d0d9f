import type { Sum } from "./arithmetic.ts";
import type { NormalAxis, Unknown } from "./axes.ts";
import type { Mismatch, Show } from "./broadcast.ts";
import type { DType } from "./dtype.ts";
import type { Same, Shape } from "./shape.ts";
import type { Inserted } from "./views.ts";

/** Tensors of which the shape counts. */
type Shaped = readonly { readonly shape: Shape }[];
/** Those of which the dtype counts too. */
type Tensors = readonly { readonly shape: Shape; readonly dtype: DType }[];

/** True where a dtype is another than the first's. What follows from a type parameter is the same, if it is the same parameter. */
type IsMixed<T extends Tensors> = true extends {
  [K in keyof T]: [T[K]["dtype"]] extends [T[0]["dtype"]]
    ? false
    : [T[K]["dtype"] & T[0]["dtype"]] extends [never]
      ? true
      : false;
}[number]
  ? true
  : false;

/** Two shapes one after the other along an axis counted from the front: never where other sizes differ. */
type Joined<A extends Shape, B extends Shape, At extends number> = A extends Shape
  ? B extends Shape
    ? number extends A["length"]
      ? number extends B["length"]
        ? Shape
        : Longer<B, At>
      : number extends B["length"]
        ? Longer<A, At>
        : A["length"] extends B["length"]
          ? Whole<Aligned<A, B, At>>
          : never
    : never
  : never;
/** Sizes beside the axis. */
type Longer<S extends Shape, At extends number> = number extends At
  ? Unknown<S>
  : { -readonly [K in keyof S]: K extends `${At}` ? number : S[K] };
type Aligned<A extends Shape, B extends Shape, At extends number> = {
  -readonly [K in keyof A]: K extends keyof B
    ? number extends At
      ? number
      : K extends `${At}`
        ? Sum<A[K], B[K] & number>
        : Same<A[K], B[K] & number>
    : never;
};
/** Never for a shape with a size that cannot be. */
type Whole<S> = S extends Shape
  ? true extends { [K in keyof S]: [S[K]] extends [never] ? true : false }[number]
    ? never
    : S
  : never;

type JoinedAll<T extends Shaped, At extends number, Done extends Shape> = T extends readonly [
  { readonly shape: infer First extends Shape },
  ...infer Rest extends Shaped,
]
  ? [Joined<Done, First, At>] extends [never]
    ? never
    : JoinedAll<Rest, At, Joined<Done, First, At>>
  : Done;

type FirstOf<T extends Shaped> = T extends readonly [{ readonly shape: infer S extends Shape }, ...Shaped] ? S : Shape;
type OthersOf<T extends Shaped> = T extends readonly [unknown, ...infer R extends Shaped] ? R : [];

/** The shape of tensors one after the other along an axis. Of a list whose length is not known, the sizes beside the axis. */
export type Concatenated<T extends Shaped, Axis extends number> = number extends T["length"]
  ? OfList<T[number]["shape"], Axis>
  : JoinedAlong<OthersOf<T>, FirstOf<T>, Axis>;
/** Each axis that is possible, and each shape of the first. */
type JoinedAlong<Others extends Shaped, First extends Shape, Axis extends number> = First extends Shape
  ? Axis extends number
    ? JoinedAll<Others, NormalAxis<First, Axis>, First>
    : never
  : never;
type OfList<S extends Shape, Axis extends number> = S extends Shape
  ? number extends S["length"]
    ? Shape
    : Axis extends number
      ? Longer<S, NormalAxis<S, Axis>>
      : never
  : never;

/** `unknown` where tensors have one dtype and the same sizes beside an axis, as far as the types tell; else a `Mismatch`. */
export type CanConcat<T extends Tensors, Axis extends number> = [Concatenated<T, Axis>] extends [never]
  ? Mismatch<`shapes ${ShowAll<T>} differ in more than the axis ${Axis}`>
  : HasOneDType<T>;
type HasOneDType<T extends Tensors> =
  IsMixed<T> extends true ? Mismatch<`dtypes ${T[number]["dtype"]} are not the same`> : unknown;

/** The shape of equal tensors beside each other along a new axis. */
export type Stacked<T extends Shaped, Axis extends number> = number extends T["length"]
  ? Inserted<T[number]["shape"], Axis, number>
  : Common<T> extends infer S extends Shape
    ? Inserted<S, Axis, T["length"]>
    : never;
type Common<T extends Shaped, Done extends Shape = FirstOf<T>> = T extends readonly [
  { readonly shape: infer S extends Shape },
  ...infer R extends Shaped,
]
  ? [Joined<Done, S, -1>] extends [never]
    ? never
    : Common<R, Joined<Done, S, -1>>
  : Done;

/** `unknown` where tensors have one dtype and one shape, as far as the types tell; else a `Mismatch`. */
export type CanStack<T extends Tensors> = number extends T["length"]
  ? unknown
  : [Common<T>] extends [never]
    ? Mismatch<`shapes ${ShowAll<T>} are not the same`>
    : HasOneDType<T>;

type ShowAll<T extends Shaped> = T extends readonly [
  { readonly shape: infer S extends Shape },
  ...infer R extends Shaped,
]
  ? `${Show<S>}${R extends readonly [] ? "" : ` and ${ShowAll<R>}`}`
  : "";

/** `unknown` where two shapes are the same, as far as the types tell; else a `Mismatch`. */
export type IsSameShape<A extends Shape, B extends Shape> = [Joined<A, B, -1>] extends [never]
  ? Mismatch<`shapes ${Show<A>} and ${Show<B>} are not the same`>
  : unknown;
