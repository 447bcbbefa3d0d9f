import { type Argument, Module } from "@unfoldjs/nn";
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  type Pair,
  pairOf,
  type Pooled,
  type Shape,
  type Sizes2d,
  type Tensor,
} from "@unfoldjs/tensor-core";

/**
 * The means of as many windows as give a picture of `outputSize`, whatever the input's size. Window i of n over a length L
 * goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉.
 */
export class AdaptiveAvgPool2d extends Module {
  static override readonly name: string = "AdaptiveAvgPool2d";
  readonly outputSize: Sizes2d;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: Pair) {
    super();
    this.outputSize = pairOf("AdaptiveAvgPool2d", "outputSize", outputSize, 1);
  }

  /** @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  override config(): readonly Argument[] {
    return [this.outputSize];
  }
}

/** The largest values of as many windows as give a picture of `outputSize`; windows as for `AdaptiveAvgPool2d`. */
export class AdaptiveMaxPool2d extends Module {
  static override readonly name: string = "AdaptiveMaxPool2d";
  readonly outputSize: Sizes2d;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(outputSize: Pair) {
    super();
    this.outputSize = pairOf("AdaptiveMaxPool2d", "outputSize", outputSize, 1);
  }

  /** @param x (batch, channels, height, width) @returns (batch, channels, rows, columns) as `outputSize` says; a batch axis or none */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<Pooled<S>> {
    return adaptiveMaxPool2d(x, this.outputSize);
  }

  override config(): readonly Argument[] {
    return [this.outputSize];
  }
}
