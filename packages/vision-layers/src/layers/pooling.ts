import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type AvgPoolOptions,
  type Check,
  checkOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type MaxPoolOptions,
  type OptionChecks,
  type Pair,
  type PerAxis,
  type Pooled,
  type Shape,
  sizesOf,
  type SpatialAxes,
  type SpatialSizes,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";

/** Options beside the window's size. */
export type MaxPool1dOptions = Omit<MaxPoolOptions<1>, "kernel">;
export type AvgPool1dOptions = Omit<AvgPoolOptions<1>, "kernel">;
export type MaxPool2dOptions = Omit<MaxPoolOptions, "kernel">;
export type AvgPool2dOptions = Omit<AvgPoolOptions, "kernel">;
export type MaxPool3dOptions = Omit<MaxPoolOptions<3>, "kernel">;
export type AvgPool3dOptions = Omit<AvgPoolOptions<3>, "kernel">;

/** One size, or one for each axis, from `least` up. */
function sizesFrom(least: number, axes: SpatialAxes): Check {
  return (op, name, value) => void sizesOf(op, name, value as PerAxis, least, axes);
}

/** "same", "valid", or numbers: one, one for each axis, or those before and then those after. */
function paddingOver(axes: SpatialAxes): Check {
  const perAxis = sizesFrom(0, axes);
  const one = sizesFrom(0, 1);
  return (op, name, value) => {
    if (value === "same" || value === "valid") return;
    if (!Array.isArray(value) || value.length !== 2 * axes) perAxis(op, name, value);
    else for (const side of value) one(op, name, side);
  };
}

type MaxChecks = OptionChecks<Omit<MaxPoolOptions, "kernel">>;
type AverageChecks = OptionChecks<Omit<AvgPoolOptions, "kernel">>;

function maxOptions(axes: SpatialAxes): MaxChecks {
  const stride = sizesFrom(1, axes);
  return { stride, padding: paddingOver(axes), dilation: stride, ceilMode: truthValue };
}

function averageOptions(axes: SpatialAxes): AverageChecks {
  return {
    stride: sizesFrom(1, axes),
    padding: paddingOver(axes),
    ceilMode: truthValue,
    countIncludePad: truthValue,
    divisorOverride: (op, name, value) => assertWhole(op, name, value, 1),
  };
}

/** What pools have in common, whatever their number of axes: a window's size, and options. */
abstract class Pool<N extends SpatialAxes, Options extends Omit<AvgPoolOptions<N>, "kernel">> extends Module {
  readonly kernelSize: SpatialSizes<N>;
  readonly options: Options;

  constructor(
    layer: string,
    axes: N,
    kernelSize: PerAxis<N>,
    options: Options,
    checks: Readonly<Record<string, Check>>,
  ) {
    super();
    checkOptions(layer, options, checks as OptionChecks<Options>);
    this.kernelSize = sizesOf<N>(layer, "kernelSize", kernelSize, 1, axes);
    this.options = options;
  }

  override config(): readonly Argument[] {
    return [this.kernelSize, ...givenOptions<Omit<AvgPoolOptions<N>, "kernel">>(this.options)];
  }
}

/**
 * The largest value in each window: y[n, c, i] = max over u of x[n, c, i·stride + u·dilation − padding]. Its gradient goes to
 * the first of equals.
 */
export class MaxPool1d extends Pool<1, MaxPool1dOptions> {
  static override readonly name: string = "MaxPool1d";

  /** @throws ValueError unless the window has at least one element */
  constructor(kernelSize: PerAxis<1>, options: MaxPool1dOptions = {}) {
    super("MaxPool1d", 1, kernelSize, options, maxOptions(1));
  }

  /**
   * @param x (batch, channels, length), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, ⌊(length + left + right − dilation · (kernel − 1) − 1) / stride⌋ + 1)
   * @throws ShapeError if a window is larger than the padded signal, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 1>> {
    return maxPool1d(x, { ...this.options, kernel: this.kernelSize });
  }
}

/** The mean of each window: y[n, c, i] = mean over u of x[n, c, i·stride + u − padding]. */
export class AvgPool1d extends Pool<1, AvgPool1dOptions> {
  static override readonly name: string = "AvgPool1d";

  /** @throws ValueError unless the window has at least one element */
  constructor(kernelSize: PerAxis<1>, options: AvgPool1dOptions = {}) {
    super("AvgPool1d", 1, kernelSize, options, averageOptions(1));
  }

  /**
   * @param x (batch, channels, length), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, ⌊(length + left + right − kernel) / stride⌋ + 1)
   * @throws ShapeError if a window is larger than the padded signal, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 1>> {
    return avgPool1d(x, { ...this.options, kernel: this.kernelSize });
  }
}

/**
 * The largest value in each window: y[n, c, i, j] = max over u, v of x[n, c, i·stride + u·dilation − padding, …]. Its
 * gradient goes to the first of equals.
 */
export class MaxPool2d extends Pool<2, MaxPool2dOptions> {
  static override readonly name: string = "MaxPool2d";

  /** @throws ValueError unless the window has at least one row and one column */
  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super("MaxPool2d", 2, kernelSize, options, maxOptions(2));
  }

  /**
   * @param x (batch, channels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded picture, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return maxPool2d(x, { ...this.options, kernel: this.kernelSize });
  }
}

/** The mean of each window: y[n, c, i, j] = mean over u, v of x[n, c, i·stride + u − padding, j·stride + v − padding]. */
export class AvgPool2d extends Pool<2, AvgPool2dOptions> {
  static override readonly name: string = "AvgPool2d";

  /** @throws ValueError unless the window has at least one row and one column */
  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super("AvgPool2d", 2, kernelSize, options, averageOptions(2));
  }

  /**
   * @param x (batch, channels, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, rows, columns), rows = ⌊(height + top + bottom − kernel) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded picture, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return avgPool2d(x, { ...this.options, kernel: this.kernelSize });
  }
}

/** The largest value in each window of volumes. Its gradient goes to the first of equals. */
export class MaxPool3d extends Pool<3, MaxPool3dOptions> {
  static override readonly name: string = "MaxPool3d";

  /** @throws ValueError unless the window has at least one element along each axis */
  constructor(kernelSize: PerAxis<3>, options: MaxPool3dOptions = {}) {
    super("MaxPool3d", 3, kernelSize, options, maxOptions(3));
  }

  /**
   * @param x (batch, channels, depth, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, …), each ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded volume, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 3>> {
    return maxPool3d(x, { ...this.options, kernel: this.kernelSize });
  }
}

/** The mean of each window of volumes. */
export class AvgPool3d extends Pool<3, AvgPool3dOptions> {
  static override readonly name: string = "AvgPool3d";

  /** @throws ValueError unless the window has at least one element along each axis */
  constructor(kernelSize: PerAxis<3>, options: AvgPool3dOptions = {}) {
    super("AvgPool3d", 3, kernelSize, options, averageOptions(3));
  }

  /**
   * @param x (batch, channels, depth, height, width), or without the batch axis, which the result then lacks too
   * @returns (batch, channels, …), each ⌊(size + before + after − kernel) / stride⌋ + 1
   * @throws ShapeError if a window is larger than the padded volume, ValueError on options that make no sense
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 3>> {
    return avgPool3d(x, { ...this.options, kernel: this.kernelSize });
  }
}
