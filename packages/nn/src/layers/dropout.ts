import {
  type Generator,
  type Shape,
  type Tensor,
  ValueError,
  assertGenerator,
  assertNumber,
  checkOptions,
  assertTensor,
  inCall,
} from "@unfoldjs/tensor-core";
import { defaultGenerator } from "../initialise/default-generator.ts";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/**
 * While learning, zeroes each element with a probability and divides the others by what is left of 1, so that sums keep
 * their size; in use, does nothing (Srivastava et al. 2014).
 *
 * The mask comes from a counter-based generator: the same state gives the same mask on every machine.
 */
export class Dropout extends Module {
  static override readonly name: string = "Dropout";
  readonly probability: number;
  /** Undefined for the default one. */
  readonly generator: Generator | undefined;

  /** @throws ValueError unless the probability is in [0, 1] */
  constructor(probability = 0.5, options: { generator?: Generator } = {}) {
    super();
    assertNumber("Dropout", "probability", probability);
    checkOptions("Dropout", options, { generator: assertGenerator });
    const { generator } = options;
    if (!(probability >= 0 && probability <= 1)) {
      throw new ValueError(
        "Dropout",
        { probability },
        "the probability of a zero must be in [0, 1]",
        "it is a share, not a percentage",
      );
    }
    this.probability = probability;
    this.generator = generator;
  }

  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("Dropout", "x", x);
    if (!this.training || this.probability === 0) return x;
    const generator = this.generator ?? defaultGenerator();
    return inCall("Dropout", () => x.mul(generator.dropoutMask(x.shape, this.probability)));
  }

  override config(): readonly Argument[] {
    return [this.probability];
  }
}
