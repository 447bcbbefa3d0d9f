import { assertGenerator, anyNumber, checkOptions, inCall } from "@unfoldjs/tensor-core";
import type { Generator, Shape, Sizes, Tensor } from "@unfoldjs/tensor-core";
import { defaultGenerator } from "./default-generator.ts";

export interface UniformOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1. */
  readonly high?: number;
  readonly generator?: Generator;
}

/** Uniform from `low` up to, not including, `high`. @param shape any */
export function uniform<const S extends Shape>(shape: S, options: UniformOptions = {}): Tensor<Sizes<S>> {
  checkOptions("uniform", options, { low: anyNumber, high: anyNumber, generator: assertGenerator });
  const { low = 0, high = 1, generator = defaultGenerator() } = options;
  return inCall("uniform", () => generator.uniform(shape, low, high));
}

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 1. */
  readonly deviation?: number;
  readonly generator?: Generator;
}

/** Normally distributed. @param shape any */
export function normal<const S extends Shape>(shape: S, options: NormalOptions = {}): Tensor<Sizes<S>> {
  checkOptions("normal", options, { mean: anyNumber, deviation: anyNumber, generator: assertGenerator });
  const { mean = 0, deviation = 1, generator = defaultGenerator() } = options;
  return inCall("normal", () => generator.normal(shape, mean, deviation));
}
