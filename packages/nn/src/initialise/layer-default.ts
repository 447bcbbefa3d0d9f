import {
  type Generator,
  scope,
  type Shape,
  type Tensor,
  assertBoolean,
  assertFunction,
  assertGenerator,
  assertShape,
  inCall,
} from "@unfoldjs/tensor-core";
import { Parameter } from "../module/parameter.ts";
import { defaultGenerator } from "./default-generator.ts";
import { fansOf } from "./fan.ts";
import { kaimingUniform } from "./kaiming.ts";
import { uniform } from "./spread.ts";

/** A parameter with the values that `values` gives; what else that makes is dropped. */
export function parameter<S extends Shape>(values: () => Tensor<S>): Parameter<S> {
  assertFunction("parameter", "values", values);
  return scope(() => {
    const made = values();
    return inCall("parameter", () => new Parameter(made));
  });
}

/** First weights and biases of a linear or convolution layer. */
export interface WeightAndBias {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
}

/**
 * What PyTorch's Linear and Conv layers start from: both uniform in ±1 / √fanIn. (It calls that Kaiming with negative
 * slope √5, whose gain √(1/3) makes it so.)
 * @param shape of the weights: (out, in, …kernel)
 */
export function layerDefault(shape: Shape, hasBias: boolean, generator: Generator = defaultGenerator()): WeightAndBias {
  assertShape("layerDefault", "shape", shape);
  assertBoolean("layerDefault", "hasBias", hasBias);
  assertGenerator("layerDefault", "generator", generator);
  return inCall("layerDefault", () => drawn(shape, hasBias, generator));
}

function drawn(shape: Shape, hasBias: boolean, generator: Generator): WeightAndBias {
  const weight = parameter(() => kaimingUniform<Shape>(shape, { negativeSlope: Math.sqrt(5), generator }));
  const { fanIn } = fansOf("layerDefault", shape);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  const bias = hasBias
    ? parameter(() => uniform<Shape>([shape[0] ?? 0], { low: -bound, high: bound, generator }))
    : undefined;
  return { weight, bias };
}
