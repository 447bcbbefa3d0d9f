import type { IsFixedRank, Same, Shape } from "./shape.ts";

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

type BroadcastSize<A extends number, B extends number> = A extends 1 ? B : B extends 1 ? A : Same<A, B>;

type Merge<A extends Shape, B extends Shape> = A extends readonly [
  ...infer AHead extends Shape,
  infer ALast extends number,
]
  ? B extends readonly [...infer BHead extends Shape, infer BLast extends number]
    ? [...Merge<AHead, BHead>, BroadcastSize<ALast, BLast>]
    : A
  : B;

/** The shape of an elementwise op on `A` and `B`: trailing axes aligned, size 1 stretches. */
export type Broadcast<A extends Shape, B extends Shape> =
  IsFixedRank<A> extends true ? (IsFixedRank<B> extends true ? Merge<A, B> : Shape) : Shape;

type HasNever<S extends Shape> = S extends readonly [infer First, ...infer Rest extends Shape]
  ? [First] extends [never]
    ? true
    : HasNever<Rest>
  : false;

/** `unknown` where `A` and `B` broadcast, as far as their types tell; else a `Mismatch`. */
export type Fits<A extends Shape, B extends Shape> =
  HasNever<Broadcast<A, B>> extends true ? Mismatch<`shapes ${Show<A>} and ${Show<B>} do not broadcast`> : unknown;
