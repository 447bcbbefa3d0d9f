import type { Shape } from "./shape.ts";

/** The shape of `x` (batch, channels, height, width) convolved with `W` (filters, …): sizes that take arithmetic are `number`. */
export type Convolved<X extends Shape, W extends Shape> = [Axis<X, 0>, Axis<W, 0>, number, number];

/** The shape of pooled images: batch and channels stay. */
export type Pooled<X extends Shape> = [Axis<X, 0>, Axis<X, 1>, number, number];

/** A size of a shape of four axes; `number` if the rank is not known. */
type Axis<S extends Shape, I extends 0 | 1> = S extends readonly [
  infer First extends number,
  infer Second extends number,
  number,
  number,
]
  ? [First, Second][I]
  : number;
