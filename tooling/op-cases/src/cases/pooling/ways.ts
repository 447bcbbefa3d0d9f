import type {
  AvgAttributes,
  AvgPoolOptions,
  MaxPoolOptions,
  PerAxis,
  Shape,
  SpatialAxes,
  Tensor,
} from "@unfoldjs/tensor-core";
import { distinct, type Draw, integers, real } from "../../draw.ts";
import { opCase, type OpCase, type Written } from "../../op-case.ts";
import { total } from "../../reference/exact.ts";
import {
  adaptiveWindows,
  batchOrNone,
  gathered,
  inside,
  placesOfLargest,
  pooled,
  type PoolWindow,
  scattered,
  slidingWindows,
  spreadMeans,
} from "../../reference/spatial.ts";

const gradient = "second";

/** A reference's windows in numbers: kernel, stride, padding, dilation, ceil mode. */
type Numbers = Parameters<typeof slidingWindows>;

function largest(values: readonly number[]): number {
  return values.reduce((best, value) => (value > best || Number.isNaN(value) ? value : best), -Infinity);
}

export const byPadded = ({ padded }: PoolWindow): number => padded;

function meanBy(divisor: (window: PoolWindow) => number): (values: readonly number[], window: PoolWindow) => number {
  return (values, window) => (values.length === 0 ? 0 : total(values) / divisor(window));
}

export interface Max<N extends SpatialAxes> {
  readonly options: MaxPoolOptions<N>;
  readonly windows: Numbers;
}
export interface Average<N extends SpatialAxes> {
  readonly options: AvgPoolOptions<N>;
  readonly windows: Numbers;
  readonly divisor: (window: PoolWindow) => number;
}
export interface To<N extends SpatialAxes> {
  readonly to: readonly number[] & PerAxis<N>;
}

type One = readonly [typeof real];
type WithIndices = readonly [typeof real, Draw<"i32">];
/** The rows of a case. */
type RowsOf<D extends readonly unknown[], A> = D extends One | WithIndices
  ? Pick<Written<D, A>, "rows" | "empty" | "errors" | "speed">
  : never;

/** Maximum pooling over `N` axes, and its rows. */
interface MaxPooling<N extends SpatialAxes> {
  readonly axes: N;
  pool(x: Tensor, options: MaxPoolOptions<N>): { readonly y: Tensor; readonly indices: Tensor<Shape, "i32"> };
  adaptive(x: Tensor, outputSize: PerAxis<N>): Tensor;
  gradient(dy: Tensor, indices: Tensor<Shape, "i32">, inputShape: Shape): Tensor;
  gather(x: Tensor, indices: Tensor<Shape, "i32">): Tensor;
  readonly rows: {
    readonly pool: RowsOf<One, Max<N>>;
    readonly adaptive: RowsOf<One, To<N>>;
    readonly gradient: RowsOf<WithIndices, { readonly to: Shape }>;
    readonly gather: RowsOf<WithIndices, undefined>;
  };
}

export function maxCases<N extends SpatialAxes>(
  of: MaxPooling<N>,
): { pool: readonly OpCase[]; gradient: OpCase; gather: OpCase } {
  return {
    pool: [
      opCase<One, Max<N>>({
        publicName: `maxPool${of.axes}dWithIndices`,
        draws: [distinct()],
        call: ([x], { options }) => of.pool(x, options),
        reference: ([x], { windows }) => ({
          y: batchOrNone(x, of.axes, (images) => pooled(images, slidingWindows(...windows), largest)),
          indices: batchOrNone(x, of.axes, (images) => placesOfLargest(images, slidingWindows(...windows))),
        }),
        gradient,
        ...of.rows.pool,
      }),
      opCase<One, To<N>>({
        variant: "adaptive",
        publicName: `adaptiveMaxPool${of.axes}d`,
        draws: [distinct()],
        call: ([x], { to }) => of.adaptive(x, to),
        reference: ([x], { to }) => batchOrNone(x, of.axes, (images) => pooled(images, adaptiveWindows(to), largest)),
        gradient,
        ...of.rows.adaptive,
      }),
    ],
    gradient: opCase<WithIndices, { readonly to: Shape }>({
      draws: [real, integers(0, 12)],
      call: ([dy, indices], { to }) => of.gradient(dy, indices, to),
      reference: ([dy, indices], { to }) => scattered(dy, indices, to),
      gradient,
      ...of.rows.gradient,
    }),
    gather: opCase<WithIndices>({
      draws: [real, integers(0, 12)],
      call: ([x, indices]) => of.gather(x, indices),
      reference: ([x, indices]) => gathered(x, indices),
      gradient,
      ...of.rows.gather,
    }),
  };
}

/** Average pooling over `N` axes, and its rows. */
interface AvgPooling<N extends SpatialAxes> {
  readonly axes: N;
  pool(x: Tensor, options: AvgPoolOptions<N>): Tensor;
  adaptive(x: Tensor, outputSize: PerAxis<N>): Tensor;
  gradient(dy: Tensor, inputShape: Shape, attributes: AvgAttributes<N>): Tensor;
  /** Windows of 3, 2 apart, with one element of padding: those of the gradient's rows. */
  readonly threes: AvgAttributes<N>["windows"];
  readonly rows: {
    readonly pool: RowsOf<One, Average<N>>;
    readonly adaptive: RowsOf<One, To<N>>;
    readonly gradient: RowsOf<One, { readonly to: Shape }>;
  };
}

export function avgCases<N extends SpatialAxes>(of: AvgPooling<N>): { pool: readonly OpCase[]; gradient: OpCase } {
  return {
    pool: [
      opCase<One, Average<N>>({
        draws: [real],
        call: ([x], { options }) => of.pool(x, options),
        reference: ([x], { windows, divisor }) =>
          batchOrNone(x, of.axes, (images) => pooled(images, slidingWindows(...windows), meanBy(divisor))),
        gradient,
        ...of.rows.pool,
      }),
      opCase<One, To<N>>({
        variant: "adaptive",
        publicName: `adaptiveAvgPool${of.axes}d`,
        draws: [real],
        call: ([x], { to }) => of.adaptive(x, to),
        reference: ([x], { to }) =>
          batchOrNone(x, of.axes, (images) => pooled(images, adaptiveWindows(to), meanBy(inside))),
        gradient,
        ...of.rows.adaptive,
      }),
    ],
    gradient: opCase<One, { readonly to: Shape }>({
      draws: [real],
      call: ([dy], { to }) => of.gradient(dy, to, { windows: of.threes, divisor: -1 }),
      reference: ([dy], { to }) => spreadMeans(dy, to, slidingWindows(3, 2, 1), byPadded),
      gradient,
      ...of.rows.gradient,
    }),
  };
}
