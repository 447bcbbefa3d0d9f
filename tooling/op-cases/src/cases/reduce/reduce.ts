import {
  all,
  any,
  argmax,
  argmin,
  type argumentOps,
  type boolReduceOps,
  DTypeError,
  max,
  mean,
  min,
  prod,
  type reduceOps,
  type Shape,
  ShapeError,
  sum,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { awayFromZero, distinct, type Draw, elements, integers, real, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase, type Written } from "../../op-case.ts";
import { total } from "../../reference/exact.ts";
import { type Axes, meanOf, positionOf, productOf, reduce } from "../../reference/reduce.ts";

type Draws = readonly [Draw<"f32">];

/** One axis from either end, several, all, with and without the axes left behind. */
const rows = [
  { inputs: [[3, 5]], attributes: { axes: 1 } },
  { inputs: [[3, 5]], attributes: { axes: 0, keepDims: true } },
  { inputs: [[2, 3, 4]], attributes: { axes: [0, -1] } },
  { inputs: [[2, 3, 4]], attributes: { axes: [1], keepDims: true } },
  { inputs: [[2, 19]], attributes: {} },
  { inputs: [[]], attributes: {} },
] as const;

/** Nothing is left, of no or of some elements each. */
const empty = [
  { inputs: [[3, 0]], attributes: { axes: 0 } },
  { inputs: [[0, 3]], attributes: { axes: 1, keepDims: true } },
  { inputs: [[2, 0, 4]], attributes: { axes: [0, 2] } },
] as const;

const errors = [
  { inputs: [[3, 5]], attributes: { axes: 2 }, throws: ShapeError, message: /axis must be in -2…1/ },
  { inputs: [[3, 5]], attributes: { axes: [0, -2] }, throws: ShapeError, message: /named twice/ },
] as const;

const speed = [
  { inputs: [[512, 512]], attributes: {} },
  { inputs: [[512, 512]], attributes: { axes: 0 } },
  { inputs: [[512, 512]], attributes: { axes: 1 } },
] as const;

interface EmptyRow {
  readonly inputs: readonly [Shape];
  readonly attributes: Axes;
}
type Call = (x: Tensor<Shape>, axes: Axes["axes"], keepDims: boolean | undefined) => Tensor<Shape>;

function floatCase(
  draws: Draws,
  call: Call,
  f: (values: readonly number[]) => number,
  more: Pick<Written<Draws, Axes>, "rows" | "errors"> & { readonly empty?: readonly EmptyRow[] },
): OpCase {
  return opCase<Draws, Axes>({
    draws,
    call: ([x], { axes, keepDims }) => call(x, axes, keepDims),
    reference: ([x], axes) => reduce(x, axes, f),
    gradient: "second",
    rows: [...rows, ...more.rows],
    empty: [...empty, ...(more.empty ?? [])],
    errors: [...errors, ...(more.errors ?? [])],
    speed,
  });
}

/** For sums and products, which are 0 and 1 of nothing. */
const ofNothing = {
  rows: [],
  empty: [
    { inputs: [[2, 0]], attributes: { axes: 1 } },
    { inputs: [[0]], attributes: {} },
    { inputs: [[2, 0]], attributes: { axes: [0, 1], keepDims: true } },
  ],
} as const;
const notOfTruth = {
  inputs: [{ shape: [2, 3], draw: truth }],
  attributes: {},
  throws: DTypeError,
  message: /does not take bool/,
} as const;
/** For the largest and the smallest, of which nothing has none. */
const ofSome = {
  rows: [{ inputs: [{ shape: [4], draw: elements([1, NaN, 3]) }], attributes: {}, smooth: false }],
  errors: [
    notOfTruth,
    { inputs: [[2, 0]], attributes: { axes: 1 }, throws: ShapeError, message: /of no elements has no value/ },
  ],
} as const;

function integerCase(
  call: (x: Tensor<Shape, "i32">, axes: Axes["axes"], keepDims: boolean | undefined) => Tensor<Shape, "i32">,
  f: (values: readonly number[]) => number,
): OpCase {
  return opCase<readonly [Draw<"i32">], Axes>({
    variant: "i32",
    draws: [integers(-9, 9)],
    call: ([x], { axes, keepDims }) => call(x, axes, keepDims),
    reference: ([x], axes) => reduce(x, axes, f),
    gradient: { none: "whole numbers" },
    rows: rows.slice(0, 4),
    empty,
  });
}

export const reduceCases: CasesOf<typeof reduceOps> = {
  sum: [
    floatCase([real], (x, axes, keep) => sum(x, axes, keep), total, ofNothing),
    integerCase((x, axes, keep) => sum(x, axes, keep), total),
    opCase<readonly [Draw<"bool">], Axes>({
      variant: "bool",
      draws: [truth],
      call: ([x], { axes, keepDims }) => sum(x, axes, keepDims),
      reference: ([x], axes) => reduce(x, axes, total),
      gradient: { none: "truth values" },
      rows: [...rows, { inputs: [[3, 700]], attributes: { axes: 1 } }],
      empty: [...empty, ...ofNothing.empty],
    }),
  ],
  mean: floatCase([real], (x, axes, keep) => mean(x, axes, keep), meanOf, {
    rows: [],
    empty: [
      { inputs: [[2, 0]], attributes: { axes: 1 } },
      { inputs: [[0]], attributes: {} },
    ],
    errors: [
      {
        inputs: [{ shape: [2, 3], draw: integers(0, 9) }],
        attributes: {},
        throws: DTypeError,
        message: /does not take i32/,
      },
    ],
  }),
  prod: [
    floatCase([awayFromZero], (x, axes, keep) => prod(x, axes, keep), productOf, {
      ...ofNothing,
      errors: [notOfTruth],
    }),
    opCase<Draws, Axes>({
      variant: "with zeros",
      draws: [elements([2, 0, 3, -1, 0.5, 0, 4])],
      call: ([x], { axes, keepDims }) => prod(x, axes, keepDims),
      reference: ([x], axes) => reduce(x, axes, productOf),
      gradient: "first",
      rows: [
        { inputs: [[3, 5]], attributes: { axes: 1 } },
        { inputs: [[4]], attributes: {} },
        { inputs: [[7]], attributes: {} },
      ],
      empty: [...empty, ...ofNothing.empty],
    }),
    integerCase((x, axes, keep) => prod(x, axes, keep), productOf),
  ],
  max: [
    floatCase(
      [distinct()],
      (x, axes, keep) => max(x, axes, keep),
      (values) => Math.max(...values),
      ofSome,
    ),
    integerCase(
      (x, axes, keep) => max(x, axes, keep),
      (values) => Math.max(...values),
    ),
  ],
  min: [
    floatCase(
      [distinct()],
      (x, axes, keep) => min(x, axes, keep),
      (values) => Math.min(...values),
      ofSome,
    ),
    integerCase(
      (x, axes, keep) => min(x, axes, keep),
      (values) => Math.min(...values),
    ),
  ],
};

function boolCase(
  call: (x: Tensor<Shape, "bool">, axes: Axes["axes"], keepDims: Axes["keepDims"]) => Tensor<Shape, "bool">,
  f: (values: readonly number[]) => boolean,
): OpCase {
  return opCase<readonly [Draw<"bool">], Axes>({
    draws: [truth],
    call: ([x], { axes, keepDims }) => call(x, axes, keepDims),
    reference: ([x], axes) => reduce(x, axes, (values) => Number(f(values))),
    gradient: { none: "truth values" },
    rows: [...rows, { inputs: [{ shape: [70], draw: integers(1, 2, "bool") }], attributes: {} }],
    empty: [...empty, ...ofNothing.empty],
    errors: [
      ...errors,
      { inputs: [{ shape: [3], draw: real }], attributes: {}, throws: DTypeError, message: /takes bool/ },
    ],
  });
}

export const boolReduceCases: CasesOf<typeof boolReduceOps> = {
  any: boolCase(any, (values) => values.some((value) => value === 1)),
  all: boolCase(all, (values) => values.every((value) => value === 1)),
};

interface Axis {
  readonly axis?: number | undefined;
  readonly keepDims?: boolean | undefined;
}

/** Ties, infinities and NaN among the elements. */
const TIED = elements([1, 3, 3, -Infinity, 3, -7, -7, Infinity, 2, Infinity, 0]);

function argumentCase(
  call: (x: Tensor, axis: Axis["axis"], keepDims: Axis["keepDims"]) => Tensor<Shape, "i32">,
  isBetter: (a: number, b: number) => boolean,
): OpCase {
  return opCase<readonly [Draw<"f32">], Axis>({
    draws: [TIED],
    call: ([x], { axis, keepDims }) => call(x, axis, keepDims),
    reference: ([x], { axis, keepDims }) =>
      reduce(x, { axes: axis, keepDims }, (values) => positionOf(values, isBetter)),
    gradient: { none: "positions" },
    rows: [
      { inputs: [[3, 5]], attributes: { axis: 1 } },
      { inputs: [[3, 5]], attributes: { axis: -2 } },
      { inputs: [[2, 3, 4]], attributes: { axis: 1 } },
      { inputs: [[2, 37]], attributes: {} },
      { inputs: [[2, 7]], attributes: { keepDims: true } },
      { inputs: [[2, 7]], attributes: { axis: 0, keepDims: true } },
      { inputs: [{ shape: [2, 9], draw: elements([4, 2, NaN, 9, NaN]) }], attributes: { axis: 1 } },
    ],
    empty: [
      { inputs: [[0, 3]], attributes: { axis: 1 } },
      { inputs: [[3, 0]], attributes: { axis: 0, keepDims: true } },
    ],
    errors: [
      { inputs: [[3, 5]], attributes: { axis: 2 }, throws: ShapeError, message: /axis must be in -2…1/ },
      { inputs: [[3, 0]], attributes: { axis: 1 }, throws: ShapeError, message: /of no elements has no value/ },
      {
        inputs: [{ shape: [3], draw: truth }],
        attributes: { axis: 0 },
        throws: DTypeError,
        message: /takes f32 and i32/,
      },
    ],
    speed: [{ inputs: [[512, 500]], attributes: { axis: 1 } }],
  });
}

export const argumentCases: CasesOf<typeof argumentOps> = {
  argmax: argumentCase(argmax, (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b))),
  argmin: argumentCase(argmin, (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b))),
};
