import {
  assertGenerator,
  anyNumber,
  assertShape,
  checkOptions,
  oneOf,
  type OptionChecks,
  inCall,
} from "@unfoldjs/tensor-core";
import type { Generator, Shape, Sizes, Tensor } from "@unfoldjs/tensor-core";
import { defaultGenerator } from "./default-generator.ts";
import { fansOf } from "./fan.ts";
import { assertNonlinearity, calculateGain, type Nonlinearity } from "./gain.ts";

export interface KaimingOptions {
  /** Slope below 0 of the leaky ReLU that follows. Default 0, PyTorch's `a`. */
  readonly negativeSlope?: number;
  /** Whether the forward ("fanIn", default) or the backward pass keeps its variance. */
  readonly mode?: "fanIn" | "fanOut";
  /** What follows. Default "leakyRelu". */
  readonly nonlinearity?: Nonlinearity;
  readonly generator?: Generator;
}

/**
 * Uniform in ±gain · √(3 / fan) (He et al. 2015, eq. 10, as a uniform distribution): weights before a ReLU.
 * @param shape (out, in, …kernel)
 * @throws ShapeError below two axes
 */
export function kaimingUniform<const S extends Shape>(shape: S, options: KaimingOptions = {}): Tensor<Sizes<S>> {
  const bound = Math.sqrt(3) * deviation("kaimingUniform", shape, options);
  return inCall("kaimingUniform", () => (options.generator ?? defaultGenerator()).uniform(shape, -bound, bound));
}

/**
 * Normal with deviation gain / √fan (He et al. 2015, eq. 10): weights before a ReLU.
 * @param shape (out, in, …kernel)
 * @throws ShapeError below two axes
 */
export function kaimingNormal<const S extends Shape>(shape: S, options: KaimingOptions = {}): Tensor<Sizes<S>> {
  const spread = deviation("kaimingNormal", shape, options);
  return inCall("kaimingNormal", () => (options.generator ?? defaultGenerator()).normal(shape, 0, spread));
}

const OPTIONS: OptionChecks<KaimingOptions> = {
  negativeSlope: anyNumber,
  mode: oneOf("fanIn", "fanOut"),
  nonlinearity: assertNonlinearity,
  generator: assertGenerator,
};

function deviation(op: string, shape: Shape, options: KaimingOptions): number {
  assertShape(op, "shape", shape);
  checkOptions(op, options, OPTIONS);
  const { negativeSlope = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options;
  return inCall(op, () => calculateGain(nonlinearity, negativeSlope)) / Math.sqrt(fansOf(op, shape)[mode]);
}
