import type { Shape } from "./shape.ts";

// Sizes are multiplied and added as people do it on paper, digit by digit: exact for any size, where counting elements of
// tuples ends at a few thousand. Numbers are texts of digits, the last one first.

/** A digit as so many elements. */
interface Units {
  readonly 0: [];
  readonly 1: [0];
  readonly 2: [0, 0];
  readonly 3: [0, 0, 0];
  readonly 4: [0, 0, 0, 0];
  readonly 5: [0, 0, 0, 0, 0];
  readonly 6: [0, 0, 0, 0, 0, 0];
  readonly 7: [0, 0, 0, 0, 0, 0, 0];
  readonly 8: [0, 0, 0, 0, 0, 0, 0, 0];
  readonly 9: [0, 0, 0, 0, 0, 0, 0, 0, 0];
}
type Digit = `${keyof Units}`;
type UnitsOf<D extends Digit> = D extends `${infer N extends keyof Units}` ? Units[N] : never;

/** So many elements as often as a digit says. */
interface Times<U extends 0[]> {
  readonly 0: [];
  readonly 1: U;
  readonly 2: [...U, ...U];
  readonly 3: [...U, ...U, ...U];
  readonly 4: [...U, ...U, ...U, ...U];
  readonly 5: [...U, ...U, ...U, ...U, ...U];
  readonly 6: [...U, ...U, ...U, ...U, ...U, ...U];
  readonly 7: [...U, ...U, ...U, ...U, ...U, ...U, ...U];
  readonly 8: [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U];
  readonly 9: [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U];
}

/** Digits of a number times one digit, and what was carried. */
type TimesDigit<X extends string, D extends keyof Units, Carry extends 0[] = []> = X extends `${infer First extends
  Digit}${infer Rest}`
  ? `${[...Times<UnitsOf<First>>[D], ...Carry]["length"] & number}` extends infer Two
    ? Two extends `${infer Tens extends Digit}${infer Ones extends Digit}`
      ? `${Ones}${TimesDigit<Rest, D, UnitsOf<Tens>>}`
      : `${Two & Digit}${TimesDigit<Rest, D>}`
    : never
  : Carry extends []
    ? ""
    : `${Carry["length"]}`;

type AddDigits<X extends string, Y extends string, Carry extends 0[] = []> = X extends `${infer A extends
  Digit}${infer XRest}`
  ? Y extends `${infer B extends Digit}${infer YRest}`
    ? `${[...UnitsOf<A>, ...UnitsOf<B>, ...Carry]["length"] & number}` extends infer Two
      ? Two extends `1${infer Ones extends Digit}`
        ? `${Ones}${AddDigits<XRest, YRest, [0]>}`
        : `${Two & Digit}${AddDigits<XRest, YRest>}`
      : never
    : Carry extends []
      ? X
      : AddDigits<X, "1">
  : Carry extends []
    ? Y
    : AddDigits<Y extends "" ? "0" : Y, "1">;

type TimesDigits<X extends string, Y extends string> = Y extends `${infer First extends keyof Units}${infer Rest}`
  ? Rest extends ""
    ? TimesDigit<X, First>
    : AddDigits<TimesDigit<X, First>, `0${TimesDigits<X, Rest>}`>
  : "";

type Backwards<Text extends string, Done extends string = ""> = Text extends `${infer First}${infer Rest}`
  ? Backwards<Rest, `${First}${Done}`>
  : Done;
type NumberOf<Digits extends string> = Backwards<Digits> extends `${infer N extends number}` ? N : number;

type ProductDigits<S extends Shape, Done extends string = "1"> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? ProductDigits<
      Rest,
      First extends 1 ? Done : Done extends "1" ? Backwards<`${First}`> : TimesDigits<Done, Backwards<`${First}`>>
    >
  : Done;

/** How many elements a shape has; `number` unless every size is known. */
export type Product<S extends Shape> = number extends S[number]
  ? number
  : 0 extends S[number]
    ? 0
    : S extends readonly [infer Only extends number]
      ? Only
      : NumberOf<ProductDigits<S>>;

/** The sum of two sizes; `number` unless both are known. */
export type Sum<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : NumberOf<AddDigits<Backwards<`${A}`>, Backwards<`${B}`>>>;
