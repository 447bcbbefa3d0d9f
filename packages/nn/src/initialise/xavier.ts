import { assertGenerator, anyNumber, assertShape, checkOptions, inCall } from "@unfoldjs/tensor-core";
import type { Generator, Shape, Sizes, Tensor } from "@unfoldjs/tensor-core";
import { defaultGenerator } from "./default-generator.ts";
import { fansOf } from "./fan.ts";

export interface XavierOptions {
  /** See `calculateGain`. Default 1. */
  readonly gain?: number;
  readonly generator?: Generator;
}

/**
 * Uniform in ±gain · √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16): weights before tanh or sigmoid.
 * @param shape (out, in, …kernel)
 * @throws ShapeError below two axes
 */
export function xavierUniform<const S extends Shape>(shape: S, options: XavierOptions = {}): Tensor<Sizes<S>> {
  const bound = Math.sqrt(3) * deviation("xavierUniform", shape, options);
  return inCall("xavierUniform", () => (options.generator ?? defaultGenerator()).uniform(shape, -bound, bound));
}

/**
 * Normal with deviation gain · √(2 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 12): weights before tanh or sigmoid.
 * @param shape (out, in, …kernel)
 * @throws ShapeError below two axes
 */
export function xavierNormal<const S extends Shape>(shape: S, options: XavierOptions = {}): Tensor<Sizes<S>> {
  const spread = deviation("xavierNormal", shape, options);
  return inCall("xavierNormal", () => (options.generator ?? defaultGenerator()).normal(shape, 0, spread));
}

function deviation(op: string, shape: Shape, options: XavierOptions): number {
  assertShape(op, "shape", shape);
  checkOptions(op, options, { gain: anyNumber, generator: assertGenerator });
  const { gain = 1 } = options;
  const { fanIn, fanOut } = fansOf(op, shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}
