import { type Argument, defaultGenerator, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  checkOptions,
  type Generator,
  inCall,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertProbability } from "./arguments.ts";

/** What a mask covers: the first so many axes have an element each, the others are one. */
abstract class Whole extends Module {
  readonly probability: number;
  /** Undefined for the default one. */
  readonly generator: Generator | undefined;
  readonly #layer: string;
  readonly #axes: string;
  readonly #masked: number;
  readonly #leastRank: number;

  constructor(
    layer: string,
    axes: string,
    masked: number,
    leastRank: number,
    probability: number,
    options: { generator?: Generator },
  ) {
    super();
    assertProbability(layer, "probability", probability);
    checkOptions(layer, options, { generator: assertGenerator });
    this.probability = probability;
    this.generator = options.generator;
    this.#layer = layer;
    this.#axes = axes;
    this.#masked = masked;
    this.#leastRank = leastRank;
  }

  /** @param x with the axes that the class says @returns the same shape @throws ShapeError on fewer axes */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    const layer = this.#layer;
    assertTensor(layer, "x", x);
    if (x.rank < this.#leastRank) throw new ShapeError(layer, { x: x.shape }, `x must be ${this.#axes}`);
    if (!this.training || this.probability === 0) return x;
    const shape = x.shape.map((size, axis) => (axis < this.#masked ? size : 1));
    const generator = this.generator ?? defaultGenerator();
    return inCall(layer, () => x.mul<Shape, Shape>(generator.dropoutMask(shape, this.probability)));
  }

  override config(): readonly Argument[] {
    return [this.probability];
  }
}

/**
 * While learning, zeroes each channel of each example with a probability and divides the others by what is left of 1; in
 * use, does nothing (Tompson et al. 2015, section 3.1). Neighbouring pixels say nearly the same, so that dropping them one by
 * one, as `Dropout` does, leaves the network most of what it saw.
 *
 * x is (batch, channels, height, width), or has other axes after the channels.
 */
export class Dropout2d extends Whole {
  static override readonly name: string = "Dropout2d";

  /** @throws ValueError unless the probability is in [0, 1] */
  constructor(probability = 0.5, options: { generator?: Generator } = {}) {
    super("Dropout2d", "(batch, channels, …places)", 2, 3, probability, options);
  }
}

/**
 * Stochastic depth (Huang et al. 2016): while learning, zeroes all of an example with a probability and divides the others by
 * what is left of 1; in use, does nothing. Before the sum of a residual block it leaves the block out, for that example. timm's
 * DropPath, and torchvision's StochasticDepth in mode "row".
 *
 * x is (batch, …).
 */
export class DropPath extends Whole {
  static override readonly name: string = "DropPath";

  /** @throws ValueError unless the probability is in [0, 1] */
  constructor(probability = 0, options: { generator?: Generator } = {}) {
    super("DropPath", "(batch, …)", 1, 1, probability, options);
  }
}
