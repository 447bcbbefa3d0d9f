import type { Shape, Tensor } from "@unfoldjs/tensor-core";
import type { HasParameters } from "./tree.ts";

/** A direction to go in, or a gradient to start from: of something's structure. */
export type DirectionOf<T> = T extends Tensor
  ? Tensor
  : T extends HasParameters
    ? Readonly<Record<string, Tensor>>
    : T extends object
      ? { readonly [K in keyof T]: DirectionOf<T[K]> }
      : never;

/** A compile-time complaint; nothing has this type, so the call that needs it does not compile and shows its message. */
export interface OtherShape<Wanted extends Shape> {
  readonly "a direction has the shape of its tensor": Wanted;
}

/**
 * `unknown` where a direction has the shapes of what it is for, as far as their types tell; sizes that these do not know are
 * checked when it is used.
 */
export type FitsDirection<T, Direction> =
  T extends Tensor<infer Wanted>
    ? Direction extends Tensor<infer Came>
      ? IsSame<Wanted, Came> extends true
        ? unknown
        : OtherShape<Wanted>
      : unknown
    : T extends HasParameters
      ? unknown
      : T extends object
        ? { readonly [K in keyof T]: K extends keyof Direction ? FitsDirection<T[K], Direction[K]> : unknown }
        : unknown;

/** False only for shapes of another rank, or with literal sizes that differ. */
type IsSame<A extends Shape, B extends Shape> = number extends A["length"] | B["length"]
  ? true
  : A extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? B extends readonly [infer Other extends number, ...infer Others extends Shape]
      ? IsEqual<First, Other> extends true
        ? IsSame<Rest, Others>
        : false
      : false
    : B extends readonly []
      ? true
      : false;

type IsEqual<A extends number, B extends number> = number extends A | B ? true : [A] extends [B] ? true : false;
