import {
  crossEntropy,
  type CrossEntropyOptions,
  type Shape,
  type Tensor,
  assertTensor,
  assertWhole,
  checkOptions,
  oneOf,
  type OptionChecks,
  assertNumber,
  ValueError,
} from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

function aShare(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (!(value >= 0 && value <= 1)) throw new ValueError(op, { [name]: value }, `${name} is a share: 0 to 1`);
}

const OPTIONS: OptionChecks<CrossEntropyOptions> = {
  reduction: oneOf("mean", "sum", "none"),
  ignoreIndex: (op, name, value) => assertWhole(op, name, value, -Infinity),
  labelSmoothing: aShare,
  weight: assertTensor,
};

/** Cross-entropy of logits and classes, or their probabilities, as a module; see `crossEntropy`. */
export class CrossEntropyLoss extends Module {
  static override readonly name: string = "CrossEntropyLoss";
  readonly options: CrossEntropyOptions;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    checkOptions<CrossEntropyOptions>("CrossEntropyLoss", options, OPTIONS);
    this.options = options;
  }

  /**
   * @param logits (batch, classes), (batch, classes, d1, …) or (classes)
   * @param labels (batch), (batch, d1, …) or none, i32; or probabilities in the shape of `logits`, f32
   */
  override forward(logits: Tensor, labels: Tensor<Shape, "i32"> | Tensor): Tensor {
    return crossEntropy(logits, labels, this.options);
  }

  override config(): readonly Argument[] | undefined {
    const { weight, ...options } = this.options;
    return weight === undefined ? [options] : undefined;
  }
}

export { crossEntropy };
