import { ShapeError, ValueError } from "../errors/index.ts";
import { onesLike, zerosLike } from "../create/create.ts";
import { assertFloat } from "../dispatch/dtypes.ts";
import { logicalAnd } from "../ops/elementwise/comparison.ts";
import { where } from "../ops/elementwise/select.ts";
import { magnitude } from "../ops/reduce/magnitude.ts";
import { deviationOver, euclideanNorm, varianceOver } from "../ops/reduce/moments.ts";
import { any, max, min, sum } from "../ops/reduce/reduce.ts";
import { normalAxes } from "../shape/axes.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Axes, HasAxes, Reduced } from "../types/axes.ts";
import type { VarianceOptions } from "../types/options.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertBoolean, assertNumber } from "../arguments/checks.ts";
import { checkOptions, anyNumber, truthValue, type OptionChecks } from "../arguments/options.ts";

const OPTIONS: OptionChecks<VarianceOptions> = { correction: anyNumber, keepDims: truthValue };

/**
 * Σ (x − mean)² / (count − correction) over one axis, several, or all, as PyTorch's `var`; NaN or ∞ of too few elements.
 * @param axes all unless said; an empty list is none
 * @throws ShapeError
 */
export function variance<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S>,
  axes?: Axis & HasAxes<S, Axis>,
  options?: VarianceOptions<Keep>,
): Tensor<Reduced<S, Axis, Keep>>;
export function variance(x: Tensor<Shape>, axes?: Axes, options: VarianceOptions = {}): Tensor<Shape> {
  assertTensor("variance", "x", x);
  assertFloat("variance", { x });
  checkOptions("variance", options, OPTIONS);
  const { correction = 1, keepDims = false } = options;
  return varianceOver(x, { axes: normalAxes("variance", x.shape, axes), keepDims, correction });
}

/**
 * √variance, as PyTorch's `std`, but of numbers too whose squares no f32 holds; the gradient at equal values is 0.
 * @param axes all unless said; an empty list is none
 * @throws ShapeError
 */
export function std<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S>,
  axes?: Axis & HasAxes<S, Axis>,
  options?: VarianceOptions<Keep>,
): Tensor<Reduced<S, Axis, Keep>>;
export function std(x: Tensor<Shape>, axes?: Axes, options: VarianceOptions = {}): Tensor<Shape> {
  assertTensor("std", "x", x);
  assertFloat("std", { x });
  checkOptions("std", options, OPTIONS);
  const { correction = 1, keepDims = false } = options;
  return deviationOver(x, { axes: normalAxes("std", x.shape, axes), keepDims, correction });
}

/**
 * (Σ |x|ᵖ)^(1/p) over one axis, several, or all, as PyTorch's `vector_norm`: the largest |x| for p = ∞, the least for −∞, the
 * number of elements that are not 0 for p = 0. Powers beyond f32 do no harm: 10³⁰ has the norm 10³⁰. The gradient at 0 is 0;
 * for p below 0 that of all elements beside a 0 too.
 * @param p any number @param axes all unless said; an empty list is none @param keepDims leaves the axes with size 1
 * @throws ValueError for NaN; ShapeError of no elements for p below 0 or ∞
 */
export function norm<S extends Shape, const Axis extends Axes = undefined, Keep extends boolean = false>(
  x: Tensor<S>,
  p?: number,
  axes?: Axis & HasAxes<S, Axis>,
  keepDims?: Keep,
): Tensor<Reduced<S, Axis, Keep>>;
export function norm(x: Tensor<Shape>, p = 2, axes?: Axes, keepDims = false): Tensor<Shape> {
  assertNumber("norm", "p", p);
  assertBoolean("norm", "keepDims", keepDims);
  assertTensor("norm", "x", x);
  assertFloat("norm", { x });
  if (Number.isNaN(p)) throw new ValueError("norm", { x: x.shape, p }, "p must be a number, or ±Infinity");
  const chosen: readonly number[] = normalAxes("norm", x.shape, axes);
  if ((p < 0 || p === Infinity) && chosen.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError("norm", { x: x.shape, axes: chosen, p }, "no elements have no norm for a p below 0 or ∞");
  }
  if (p === 2) return euclideanNorm(x, chosen, keepDims);
  return composed("norm", () => {
    if (p === Infinity) return max(x.abs(), chosen, keepDims);
    if (p === -Infinity) return min(x.abs(), chosen, keepDims);
    if (p === 0) return sum(where(x.equal(0), zerosLike(x), onesLike(x)), chosen, keepDims);
    if (p === 1) return sum(x.abs(), chosen, keepDims);
    return kept(p > 0 ? lengthOf(x, p, chosen) : belowZero(x, p, chosen), chosen, keepDims);
  });
}

/** From here on powers of what is below 2 are so large that slopes at small scales would be lost on the way back. */
const STEEP = 8;

/**
 * The norm for a p above 0, axes kept. It is the same at any scale, and so is its slope: that of x by a power of two. A power
 * below 1 is in f32 whatever x is, and needs none; it is itself steep at 0.
 */
function lengthOf(x: Tensor<Shape>, p: number, axes: readonly number[]): Tensor<Shape> {
  if (p < 1)
    return rootOf(
      flatAtZero(x.abs(), (size) => size.pow(p)),
      p,
      axes,
    );
  if (p === 2) return euclideanNorm(x, axes, true);
  const scale = magnitude(x, axes, true);
  const sizes = x.div<Shape, Shape>(scale).abs(); // below 2
  if (p > STEEP) return steepLength(sizes, p, axes).mul<Shape, Shape>(scale);
  return rootOf(sizes.pow(p), p, axes).mul<Shape, Shape>(scale);
}

function rootOf(powers: Tensor<Shape>, p: number, axes: readonly number[]): Tensor<Shape> {
  return flatAtZero(sum(powers, axes, true), (total) => total.pow(1 / p));
}

/** In shares of the largest itself, whose powers are 1 and less. Where that is 0, ∞ or NaN, so is the length. */
function steepLength(sizes: Tensor<Shape>, p: number, axes: readonly number[]): Tensor<Shape> {
  if (sizes.size === 0) return sum(sizes, axes, true);
  const largest = max<Shape, "f32", readonly number[], true>(sizes, axes, true);
  const hasShares = logicalAnd(largest.greater(0), largest.less(Infinity));
  const top = where(hasShares, largest, onesLike(largest));
  const shares = where(hasShares, sizes.div<Shape, Shape>(top), onesLike(sizes));
  return where(hasShares, rootOf(shares.pow(p), p, axes).mul<Shape, Shape>(top), largest);
}

/**
 * The norm for a p below 0, axes kept: 1 / norm of the reciprocals for −p, and flat 0 where an element is 0. The least counts
 * most here, and gives the scale.
 */
function belowZero(x: Tensor<Shape>, p: number, axes: readonly number[]): Tensor<Shape> {
  const isZero = x.equal(0);
  const some = where(isZero, onesLike(x), x);
  const scale = magnitude(some.reciprocal(), axes, true);
  const length = lengthOf(some.mul<Shape, Shape>(scale).reciprocal(), -p, axes).reciprocal().div<Shape, Shape>(scale);
  const isFlat = logicalAnd(any(isZero, axes, true), length.equal<Shape, Shape>(length)); // and no NaN beside it
  return where(isFlat, zerosLike(length), length);
}

/** What was reduced with its axes kept, as it is asked for. */
function kept(x: Tensor<Shape>, axes: readonly number[], keepDims = false): Tensor<Shape> {
  return keepDims ? x : x.reshape(x.shape.filter((_, axis) => !axes.includes(axis)));
}

/** f(x), and 0 where x is 0, with derivatives of 0 there: roots have no slope at 0. */
function flatAtZero(x: Tensor<Shape>, f: (x: Tensor<Shape>) => Tensor<Shape>): Tensor<Shape> {
  const isZero = x.equal(0);
  return where(isZero, zerosLike(x), f(where(isZero, onesLike(x), x)));
}
