import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  avgPool2d,
  type AvgPoolOptions,
  maxPool2d,
  type MaxPoolOptions,
  type Pair,
  pairOf,
  type Pooled,
  type Shape,
  type Sizes2d,
  type Tensor,
  checkOptions,
  assertWhole,
  type Check,
  type OptionChecks,
  truthValue,
} from "@unfoldjs/tensor-core";

/** Options beside the window's size. */
export type MaxPool2dOptions = Omit<MaxPoolOptions, "kernel">;
export type AvgPool2dOptions = Omit<AvgPoolOptions, "kernel">;

/** One size or two, from `least` up. */
function sizesFrom(least: number): Check {
  return (op, name, value) => void pairOf(op, name, value as Pair, least);
}

/** "same", "valid", or numbers: one, two (rows, columns), or four (top, left, bottom, right). */
const padding: Check = (op, name, value) => {
  if (value === "same" || value === "valid") return;
  if (!Array.isArray(value) || value.length !== 4) sizesFrom(0)(op, name, value);
  else for (const side of value) sizesFrom(0)(op, name, side);
};

// Marked, and not spread into each other: then a bundler leaves them out, and the core with them, where no layer is used.
const stride = /* @__PURE__ */ sizesFrom(1);
const MAX_OPTIONS: OptionChecks<MaxPool2dOptions> = {
  stride,
  padding,
  dilation: stride,
  ceilMode: truthValue,
};
const AVERAGE_OPTIONS: OptionChecks<AvgPool2dOptions> = {
  stride,
  padding,
  ceilMode: truthValue,
  countIncludePad: truthValue,
  divisorOverride: (op, name, value) => assertWhole(op, name, value, 1),
};

/**
 * The largest value in each window: y[n, c, i, j] = max over u, v of x[n, c, i·stride + u·dilation − padding, …]. Its
 * gradient goes to the first of equals.
 */
export class MaxPool2d extends Module {
  static override readonly name: string = "MaxPool2d";
  readonly kernelSize: Sizes2d;
  readonly options: MaxPool2dOptions;

  /** @throws ValueError unless the window has at least one row and one column */
  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super();
    checkOptions("MaxPool2d", options, MAX_OPTIONS);
    this.kernelSize = pairOf("MaxPool2d", "kernelSize", kernelSize, 1);
    this.options = options;
  }

  /**
   * @param x (batch, channels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded picture, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return maxPool2d(x, { ...this.options, kernel: this.kernelSize });
  }

  override config(): readonly Argument[] {
    return [this.kernelSize, ...givenOptions(this.options)];
  }
}

/** The mean of each window: y[n, c, i, j] = mean over u, v of x[n, c, i·stride + u − padding, j·stride + v − padding]. */
export class AvgPool2d extends Module {
  static override readonly name: string = "AvgPool2d";
  readonly kernelSize: Sizes2d;
  readonly options: AvgPool2dOptions;

  /** @throws ValueError unless the window has at least one row and one column */
  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    checkOptions("AvgPool2d", options, AVERAGE_OPTIONS);
    this.kernelSize = pairOf("AvgPool2d", "kernelSize", kernelSize, 1);
    this.options = options;
  }

  /**
   * @param x (batch, channels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − kernel) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded picture, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return avgPool2d(x, { ...this.options, kernel: this.kernelSize });
  }

  override config(): readonly Argument[] {
    return [this.kernelSize, ...givenOptions(this.options)];
  }
}
