import type { DifferentiableName, Shape, Tensor } from "@unfoldjs/tensor-core";
import type { None } from "../op-case.ts";

/** An input: its shape and elements. */
export interface Elements {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** A function of f32 inputs, where to try it, and the same function in PyTorch. */
export interface SpecialPoints {
  readonly inputs: Readonly<Record<string, Elements>>;
  call(inputs: Readonly<Record<string, Tensor>>): Tensor;
  /** An expression in the inputs' names. */
  readonly torch: string;
  /** Where another answer than PyTorch's is right, and why. */
  readonly exceptions?: Partial<Readonly<Record<Found, Exception>>>;
}

/** What is compared: the value, derivatives back and forward, and those of the gradient. */
export type Found = "value" | "gradient" | "tangent" | "second" | "forward over reverse" | "reverse over forward";

export interface Exception {
  readonly because: string;
  /** Whether an answer is right at an element, instead of PyTorch's. */
  isRight(found: number, torch: number, at: number): boolean;
}

const INF = Infinity;

/** Where formulas have their special cases: zeros, limits, what overflows, what is no number. */
export const POINTS: readonly number[] = [0, -0, 1, -1, 0.5, -2.5, 3, 1e-20, 1e20, 88, -100, INF, -INF, NaN];

/** Groups of a reduction: equal values, ties, zeros, infinities alone and together, NaN. */
const GROUPS: readonly (readonly number[])[] = [
  [1, 1, 1],
  [0, 0, 0],
  [2, 1, 2],
  [0, 1, 2],
  [0, 0, 2],
  [-1, -1, -3],
  [INF, 1, 2],
  [-INF, 1, 2],
  [INF, INF, 1],
  [-INF, -INF, -INF],
  [INF, -INF, 1],
  [NaN, 1, 2],
  [NaN, NaN, 2],
  [NaN, INF, 0],
  [1e20, 1e20, 1],
];

export function line(values: readonly number[]): Elements {
  return { shape: [values.length], values };
}

/** A function of one number, at every point. */
export function ofOne(
  call: (x: Tensor) => Tensor,
  torch: string,
  rest: Partial<Pick<SpecialPoints, "exceptions">> = {},
): SpecialPoints {
  return { inputs: { x: line(POINTS) }, call: ({ x }) => call(x as Tensor), torch, ...rest };
}

/** A function of two numbers, at every pair of points. */
export function ofTwo(
  call: (a: Tensor, b: Tensor) => Tensor,
  torch: string,
  rest: Partial<Pick<SpecialPoints, "exceptions">> = {},
): SpecialPoints {
  return {
    inputs: { a: line(POINTS.flatMap((a) => POINTS.map(() => a))), b: line(POINTS.flatMap(() => POINTS)) },
    call: ({ a, b }) => call(a as Tensor, b as Tensor),
    torch,
    ...rest,
  };
}

/** A function of the last axis, at groups of three. */
export function ofGroups(
  call: (x: Tensor) => Tensor,
  torch: string,
  rest: Partial<Pick<SpecialPoints, "exceptions">> = {},
): SpecialPoints {
  return {
    inputs: { x: { shape: [GROUPS.length, 3], values: GROUPS.flat() } },
    call: ({ x }) => call(x as Tensor),
    torch,
    ...rest,
  };
}

/** Special points of each op of some families. */
export type PointsOf<Family> = Readonly<
  Record<Extract<keyof Family, DifferentiableName>, SpecialPoints | readonly SpecialPoints[] | None>
>;

/** Where PyTorch's formula has a product of 0 and ∞. */
export function finiteWhereTorchIsNot(because: string): Exception {
  return { because, isRight: (found, torch) => Number.isNaN(torch) && Number.isFinite(found) };
}

/** Where neither answer is one. */
export function undefinedThere(because: string): Exception {
  return { because, isRight: (found, torch) => !Number.isFinite(torch) && !Number.isFinite(found) };
}

export const LINEAR: None = { none: "linear: no element of its input has a part in its derivative" };
export const ITSELF: None = { none: "a gradient kernel: it is the gradient or the second order of another row" };
