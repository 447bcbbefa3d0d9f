import type { Mismatch, Show } from "./broadcast.ts";
import type { Shape } from "./shape.ts";

type Bound = "" | number;
/** A part of an axis as Python writes it: "1:4", "-3:", "::2", "::-1". */
export type SliceText = `${Bound}:${Bound}` | `${Bound}:${Bound}:${Bound}`;

/** A tensor among the indices. */
interface Places<T extends Shape> {
  readonly shape: T;
  readonly dtype: "i32";
}
interface Mask<T extends Shape> {
  readonly shape: T;
  readonly dtype: "bool";
}

/**
 * The shape of what indices pick from `S`. A plain `Shape` where the rank is not known, or follows from several lists and tensors;
 * never where there are too many.
 */
export type Indexed<S extends Shape, I extends readonly unknown[]> = number extends S["length"] | I["length"]
  ? Shape
  : Walk<S, I, [], 0>;

/** `unknown` where there are not more indices than axes, as far as the types tell; else a `Mismatch`. */
export type CanIndex<S extends Shape, I extends readonly unknown[]> = [Indexed<S, I>] extends [never]
  ? Mismatch<`more indices than axes of shape ${Show<S>}`>
  : unknown;

/**
 * One index after the other; what is commonest comes first.
 * @param Lists 1 if a list or tensor was met already: a second one decides together with the first
 */
type Walk<S extends Shape, I extends readonly unknown[], Out extends Shape, Lists> = I extends readonly [
  infer First,
  ...infer Rest,
]
  ? [First] extends [number]
    ? S extends readonly [number, ...infer More extends Shape]
      ? Walk<More, Rest, Out, Lists>
      : never
    : [First] extends [":"]
      ? S extends readonly [infer Size extends number, ...infer More extends Shape]
        ? Walk<More, Rest, [...Out, Size], Lists>
        : never
      : [First] extends [null]
        ? Walk<S, Rest, [...Out, 1], Lists>
        : [First] extends ["..."]
          ? Taken<Rest> extends infer Left extends Shape
            ? S extends readonly [...infer Whole extends Shape, ...Left]
              ? S extends readonly [...Whole, ...infer More extends Shape]
                ? Walk<More, Rest, [...Out, ...Whole], Lists>
                : never
              : never
            : never
          : [First] extends [string | { readonly kind: "range" }]
            ? S extends readonly [number, ...infer More extends Shape]
              ? Walk<More, Rest, [...Out, number], Lists>
              : never
            : Lists extends 0
              ? List<S, First, Rest, Out>
              : Shape
  : [...Out, ...S];

/** The first list or tensor. */
type List<S extends Shape, First, Rest extends readonly unknown[], Out extends Shape> = [First] extends [Mask<infer T>]
  ? number extends T["length"]
    ? Shape
    : S extends readonly [...Numbers<T>, ...infer More extends Shape]
      ? Walk<More, Rest, [...Out, number], 1>
      : Shape
  : S extends readonly [number, ...infer More extends Shape]
    ? [First] extends [readonly number[]]
      ? Walk<More, Rest, [...Out, First["length"]], 1>
      : [First] extends [readonly boolean[]]
        ? Walk<More, Rest, [...Out, number], 1>
        : [First] extends [Places<infer T>]
          ? number extends T["length"]
            ? Shape
            : Walk<More, Rest, [...Out, ...T], 1>
          : Shape
    : Shape;

type Numbers<T extends Shape> = { readonly [K in keyof T]: number };

/** The axes that indices stand for. */
type Taken<I extends readonly unknown[], Out extends Shape = []> = I extends readonly [infer First, ...infer Rest]
  ? [First] extends [null]
    ? Taken<Rest, Out>
    : [First] extends [Mask<infer T>]
      ? Taken<Rest, [...Out, ...Numbers<T>]>
      : Taken<Rest, [...Out, number]>
  : Out;
