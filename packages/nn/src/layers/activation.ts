import {
  gelu,
  relu,
  scope,
  sigmoid,
  silu,
  softplus,
  type Shape,
  type SoftplusOptions,
  type Tensor,
  tanh,
  where,
  assertFinite,
  checkOptions,
  oneOf,
  anyNumber,
  ValueError,
  assertTensor,
  inCall,
} from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";

/** max(x, 0), elementwise. */
export class ReLU extends Module {
  static override readonly name: string = "ReLU";

  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return relu(x);
  }
  override config(): readonly Argument[] {
    return [];
  }
}

/** Hyperbolic tangent, elementwise. */
export class Tanh extends Module {
  static override readonly name: string = "Tanh";

  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return tanh(x);
  }
  override config(): readonly Argument[] {
    return [];
  }
}

/** 1 / (1 + e^(−x)), elementwise. */
export class Sigmoid extends Module {
  static override readonly name: string = "Sigmoid";

  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return sigmoid(x);
  }
  override config(): readonly Argument[] {
    return [];
  }
}

/** x · sigmoid(x), elementwise (Elfwing et al. 2018). */
export class SiLU extends Module {
  static override readonly name: string = "SiLU";

  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return silu(x);
  }
  override config(): readonly Argument[] {
    return [];
  }
}

/** ln(1 + e^(β x)) / β, elementwise, or x itself where β x is above the threshold; see `softplus`. */
export class Softplus extends Module {
  static override readonly name: string = "Softplus";
  private readonly options: SoftplusOptions;

  /** @param options β, 1 unless said, not 0 and within f32, and the threshold, 20 unless said @throws ValueError */
  constructor(options: SoftplusOptions = {}) {
    super();
    checkOptions("Softplus", options, { beta: assertFinite, threshold: anyNumber });
    const { beta = 1 } = options;
    if (beta === 0 || !Number.isFinite(Math.fround(beta)))
      throw new ValueError("Softplus", { beta }, "beta divides: it must not be 0, and f32 must hold it");
    this.options = options;
  }
  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return softplus(x, this.options);
  }
  override config(): readonly Argument[] {
    return givenOptions(this.options);
  }
}

/** x · Φ(x), elementwise (Hendrycks & Gimpel 2016); `approximate: "tanh"` is their equation 2. */
export class GELU extends Module {
  static override readonly name: string = "GELU";
  readonly approximate: "none" | "tanh";

  constructor(options: { approximate?: "none" | "tanh" } = {}) {
    super();
    checkOptions("GELU", options, { approximate: oneOf("none", "tanh") });
    const { approximate = "none" } = options;
    this.approximate = approximate;
  }
  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return gelu(x, this.approximate);
  }
  override config(): readonly Argument[] {
    return this.approximate === "none" ? [] : [{ approximate: this.approximate }];
  }
}

/** x where x > 0, else negativeSlope · x, elementwise (Maas et al. 2013). */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  assertTensor("leakyRelu", "x", x);
  assertFinite("leakyRelu", "negativeSlope", negativeSlope);
  return inCall("leakyRelu", () => scope((): Tensor => where(x.greater(0), x, x.mul(negativeSlope))));
}

/** x where x > 0, else negativeSlope · x, elementwise (Maas et al. 2013). */
export class LeakyReLU extends Module {
  static override readonly name: string = "LeakyReLU";
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01) {
    super();
    assertFinite("LeakyReLU", "negativeSlope", negativeSlope);
    this.negativeSlope = negativeSlope;
  }
  /** @param x any shape @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
  override config(): readonly Argument[] {
    return [this.negativeSlope];
  }
}
