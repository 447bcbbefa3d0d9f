import type { Mismatch, Show } from "./broadcast.ts";
import type { IsFixedRank, Same, Shape } from "./shape.ts";

/** How many axes a window slides along: those of a signal, an image or a volume. */
export type SpatialAxes = 1 | 2 | 3;

interface SizesByAxes {
  readonly 1: readonly [length: number];
  readonly 2: readonly [rows: number, columns: number];
  readonly 3: readonly [depth: number, rows: number, columns: number];
}
/** One number for each axis. */
export type SpatialSizes<N extends SpatialAxes = SpatialAxes> = SizesByAxes[N];
/** One number for all axes, or one for each. */
export type PerAxis<N extends SpatialAxes = SpatialAxes> = number | SpatialSizes<N>;

interface PaddingByAxes {
  readonly 1: readonly [left: number, right: number];
  readonly 2: readonly [top: number, left: number, bottom: number, right: number];
  readonly 3: readonly [front: number, top: number, left: number, back: number, bottom: number, right: number];
}
/** Zeros before the first element of each axis, and then those after the last. */
export type Padding<N extends SpatialAxes = SpatialAxes> = PaddingByAxes[N];

/** Rows and columns. */
export type Sizes2d = SpatialSizes<2>;
/** One number for rows and columns, or one for each. */
export type Pair = PerAxis<2>;
/** Zeros before the first row and column, and after the last. */
export type Padding2d = Padding<2>;

interface Unknowns {
  readonly 1: [number];
  readonly 2: [number, number];
  readonly 3: [number, number, number];
}

/**
 * The shape of `x` (batch, channels, …) convolved with `W` (filters, …): sizes that take arithmetic are `number`. Where `x` has no
 * batch axis, neither has it; where that is not known, it is a plain `Shape`.
 */
export type Convolved<X extends Shape, W extends Shape, N extends SpatialAxes = 2> =
  IsFixedRank<X> extends false
    ? Shape
    : X extends readonly [number, ...Unknowns[N]]
      ? [Axis<W, 0, N>, ...Unknowns[N]]
      : [Axis<X, 0, N>, Axis<W, 0, N>, ...Unknowns[N]];

/** The shape of images that a layer gave `Out` channels, with a batch axis if they had one. */
export type WithChannels<X extends Shape, Out extends number, N extends SpatialAxes = 2> =
  IsFixedRank<X> extends false
    ? Shape
    : X extends readonly [number, ...Unknowns[N]]
      ? [Out, ...Unknowns[N]]
      : [Axis<X, 0, N>, Out, ...Unknowns[N]];

/** `unknown` where `X` may be images (batch, channels, …), or one without a batch axis, with so many channels; else a `Mismatch`. */
export type HasChannels<X extends Shape, In extends number, N extends SpatialAxes = 2> =
  IsFixedRank<X> extends false
    ? unknown
    : X["length"] extends [0, 0, ...Unknowns[N]]["length"]
      ? OfChannels<X, Axis<X, 1, N>, In>
      : X extends readonly [infer Channels extends number, ...Unknowns[N]]
        ? OfChannels<X, Channels, In>
        : Mismatch<`shape ${Show<X>} is not (batch, channels, …)`>;
type OfChannels<X extends Shape, Has extends number, In extends number> = [Same<Has, In>] extends [never]
  ? Mismatch<`shape ${Show<X>} has ${Has} channels, and ${In} are taken`>
  : unknown;

/** The shape of pooled images: batch, if there is one, and channels stay. */
export type Pooled<X extends Shape, N extends SpatialAxes = 2> =
  IsFixedRank<X> extends false
    ? Shape
    : X extends readonly [infer Channels extends number, ...Unknowns[N]]
      ? [Channels, ...Unknowns[N]]
      : [Axis<X, 0, N>, Axis<X, 1, N>, ...Unknowns[N]];

/** One of the first two sizes of a shape; `number` if the rank is not known. */
type Axis<S extends Shape, I extends 0 | 1, N extends SpatialAxes> = S extends readonly [
  infer First extends number,
  infer Second extends number,
  ...Unknowns[N],
]
  ? [First, Second][I]
  : number;
