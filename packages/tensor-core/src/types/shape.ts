import type { DType, ElementOf } from "./dtype.ts";

/** Sizes by axis. A literal where it is known at compile time, `number` where it is not. */
export type Shape = readonly number[];

/** Two sizes that must be equal: `never` only if both are literals and differ; else the one that says more. */
export type Same<A extends number, B extends number> = number extends A
  ? B
  : number extends B
    ? A
    : A extends B
      ? A
      : never;

/** True for a shape whose rank is known. */
export type IsFixedRank<S extends Shape> = number extends S["length"] ? false : true;

/** The nested arrays and numbers that describe a tensor of shape `S`. */
export type Nested = number | boolean | readonly Nested[];

/** Nested arrays of elements of `D` for a tensor of shape `S`: one level an axis where the rank is known. */
export type NestedOf<S extends Shape, D extends DType = "f32"> =
  IsFixedRank<S> extends true ? Levels<S, ElementOf[D]> : Nested;

type Levels<S extends Shape, Element> = S extends readonly [number, ...infer Rest extends Shape]
  ? Levels<Rest, Element>[]
  : Element;

/** The shape of nested arrays, as far as their type tells it. */
export type ShapeOfNested<N> = [Nested] extends [N]
  ? Shape
  : N extends readonly (infer Element)[]
    ? [N["length"], ...ShapeOfNested<Element>]
    : [];

/** The shape with one more axis at the end. */
export type Appended<S extends Shape, Size extends number> = IsFixedRank<S> extends true ? [...S, Size] : Shape;

/** Sizes given as an argument: without `readonly`, and a plain `Shape` where the rank is not known. */
export type Sizes<S extends Shape> = IsFixedRank<S> extends true ? { -readonly [K in keyof S]: S[K] } : Shape;

/** The shape that was asked for, with `number` in place of -1. */
export type Resolved<R extends Shape> = Sizes<{ [K in keyof R]: R[K] extends -1 ? number : R[K] }>;
