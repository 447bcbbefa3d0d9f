import { ValueError } from "../errors/index.ts";
import { onesLike, zerosLike } from "../create/create.ts";
import { where } from "../ops/elementwise/select.ts";
import { max, mean, sum } from "../ops/reduce/reduce.ts";
import { normalAxes } from "../shape/axes.ts";
import { sizeOf } from "../shape/layout.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Axes } from "../types/axes.ts";
import type { VarianceOptions } from "../types/options.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertBoolean, assertNumber } from "../arguments/checks.ts";
import { checkOptions, anyNumber, truthValue, type OptionChecks } from "../arguments/options.ts";

const OPTIONS: OptionChecks<VarianceOptions> = { correction: anyNumber, keepDims: truthValue };

/**
 * Σ (x − mean)² / (count − correction) over one axis, several, or all, as PyTorch's `var`; NaN or ∞ of too few elements.
 * @throws ShapeError
 */
export function variance(x: Tensor<Shape>, axes?: Axes, options: VarianceOptions = {}): Tensor<Shape> {
  assertTensor("variance", "x", x);
  checkOptions("variance", options, OPTIONS);
  const { correction = 1, keepDims = false } = options;
  const chosen = normalAxes("variance", x.shape, axes);
  const count = sizeOf(chosen.map((axis) => x.shape[axis] ?? 1));
  return scope(() => {
    const squares = sum(x.sub<Shape, Shape>(mean(x, chosen, true)).square(), chosen, keepDims);
    return squares.div<Shape>(Math.max(0, count - correction));
  });
}

/** √variance, as PyTorch's `std`; the gradient at equal values is 0. */
export function std(x: Tensor<Shape>, axes?: Axes, options: VarianceOptions = {}): Tensor<Shape> {
  assertTensor("std", "x", x);
  checkOptions("std", options, OPTIONS);
  return scope(() => flatAtZero(variance(x, axes, options), (square) => square.sqrt()));
}

/**
 * (Σ |x|ᵖ)^(1/p) over one axis, several, or all; the largest |x| for p = ∞. The gradient at 0 is 0.
 * @throws ValueError unless p > 0
 */
export function norm(x: Tensor<Shape>, p = 2, axes?: Axes, keepDims = false): Tensor<Shape> {
  assertNumber("norm", "p", p);
  assertBoolean("norm", "keepDims", keepDims);
  assertTensor("norm", "x", x);
  if (!(p > 0)) throw new ValueError("norm", { x: x.shape, p }, "p must be above 0, or Infinity");
  const chosen: readonly number[] = normalAxes("norm", x.shape, axes);
  return scope(() => {
    if (p === Infinity) return max(x.abs(), chosen, keepDims);
    if (p === 1) return sum(x.abs(), chosen, keepDims);
    if (p === 2) return flatAtZero(sum(x.square(), chosen, keepDims), (squares) => squares.sqrt());
    const sizes = x.abs();
    // Below 1 a power is itself steep at 0.
    const powers = p < 1 ? flatAtZero(sizes, (size) => size.pow(p)) : sizes.pow(p);
    return flatAtZero(sum(powers, chosen, keepDims), (total) => total.pow(1 / p));
  });
}

/** f(x), and 0 where x is 0, with derivatives of 0 there: roots have no slope at 0. */
function flatAtZero(x: Tensor<Shape>, f: (x: Tensor<Shape>) => Tensor<Shape>): Tensor<Shape> {
  const isZero = x.equal(0);
  return where(isZero, zerosLike(x), f(where(isZero, onesLike(x), x)));
}
