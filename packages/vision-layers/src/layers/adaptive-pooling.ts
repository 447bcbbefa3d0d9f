import { type Argument, Module } from "@unfoldjs/nn";
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  type Pair,
  type PerAxis,
  type Pooled,
  type Shape,
  sizesOf,
  type SpatialAxes,
  type SpatialSizes,
  type Tensor,
} from "@unfoldjs/tensor-core";

/** As many windows as give a result of `outputSize`. */
abstract class AdaptivePool<N extends SpatialAxes> extends Module {
  readonly outputSize: SpatialSizes<N>;

  constructor(layer: string, axes: N, outputSize: PerAxis<N>) {
    super();
    this.outputSize = sizesOf<N>(layer, "outputSize", outputSize, 1, axes);
  }

  override config(): readonly Argument[] {
    return [this.outputSize];
  }
}

/** The means of `outputSize` windows, whatever the signal's length. Window i of n over a length L goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉. */
export class AdaptiveAvgPool1d extends AdaptivePool<1> {
  static override readonly name: string = "AdaptiveAvgPool1d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: PerAxis<1>) {
    super("AdaptiveAvgPool1d", 1, outputSize);
  }

  /** @param x (batch, channels, length) @returns (batch, channels, outputSize); a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 1>> {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/** The largest values of `outputSize` windows, whatever the signal's length; windows as for `AdaptiveAvgPool1d`. */
export class AdaptiveMaxPool1d extends AdaptivePool<1> {
  static override readonly name: string = "AdaptiveMaxPool1d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: PerAxis<1>) {
    super("AdaptiveMaxPool1d", 1, outputSize);
  }

  /** @param x (batch, channels, length) @returns (batch, channels, outputSize); a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 1>> {
    return adaptiveMaxPool1d(x, this.outputSize);
  }
}

/**
 * The means of as many windows as give a picture of `outputSize`, whatever the input's size. Window i of n over a length L
 * goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉.
 */
export class AdaptiveAvgPool2d extends AdaptivePool<2> {
  static override readonly name: string = "AdaptiveAvgPool2d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: Pair) {
    super("AdaptiveAvgPool2d", 2, outputSize);
  }

  /** @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/** The largest values of as many windows as give a picture of `outputSize`; windows as for `AdaptiveAvgPool2d`. */
export class AdaptiveMaxPool2d extends AdaptivePool<2> {
  static override readonly name: string = "AdaptiveMaxPool2d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: Pair) {
    super("AdaptiveMaxPool2d", 2, outputSize);
  }

  /** @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}

/** The means of as many windows as give a volume of `outputSize`; windows as for `AdaptiveAvgPool2d`. */
export class AdaptiveAvgPool3d extends AdaptivePool<3> {
  static override readonly name: string = "AdaptiveAvgPool3d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: PerAxis<3>) {
    super("AdaptiveAvgPool3d", 3, outputSize);
  }

  /** @param x (batch, channels, depth, height, width) @returns (batch, channels, …) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 3>> {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

/** The largest values of as many windows as give a volume of `outputSize`; windows as for `AdaptiveAvgPool2d`. */
export class AdaptiveMaxPool3d extends AdaptivePool<3> {
  static override readonly name: string = "AdaptiveMaxPool3d";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: PerAxis<3>) {
    super("AdaptiveMaxPool3d", 3, outputSize);
  }

  /** @param x (batch, channels, depth, height, width) @returns (batch, channels, …) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S, 3>> {
    return adaptiveMaxPool3d(x, this.outputSize);
  }
}
