import type { Same, Shape } from "./shape.ts";

/** A compile-time complaint; nothing has this type, so the call that needs it does not compile and shows `Message`. */
export interface Mismatch<Message extends string> {
  readonly mismatch: Message;
}

/** The shape as text, for messages. */
export type Show<S extends Shape> = S extends readonly []
  ? "[]"
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? `[${First}${ShowRest<Rest>}]`
    : "[…]";
type ShowRest<S extends Shape> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? `, ${First}${ShowRest<Rest>}`
  : "";

type Stretched<A extends number, B extends number> = A extends 1 ? B : B extends 1 ? A : Same<A, B>;

/** From the last axis to the first; never where two sizes do not fit. */
type Merge<A extends Shape, B extends Shape, Done extends Shape = []> = A extends readonly [
  ...infer AHead extends Shape,
  infer ALast extends number,
]
  ? B extends readonly [...infer BHead extends Shape, infer BLast extends number]
    ? Stretched<ALast, BLast> extends infer Size extends number
      ? [Size] extends [never]
        ? never
        : Merge<AHead, BHead, [Size, ...Done]>
      : never
    : [...A, ...Done]
  : [...B, ...Done];

/** The shape of an elementwise op on `A` and `B`: trailing axes aligned, size 1 stretches. Never where they do not fit. */
export type Broadcast<A extends Shape, B extends Shape> = number extends A["length"] | B["length"]
  ? Shape
  : Merge<A, B>;

/** `unknown` where `A` and `B` broadcast, as far as their types tell; else a `Mismatch`. */
export type Fits<A extends Shape, B extends Shape> = [Broadcast<A, B>] extends [never]
  ? Mismatch<`shapes ${Show<A>} and ${Show<B>} do not broadcast`>
  : unknown;
