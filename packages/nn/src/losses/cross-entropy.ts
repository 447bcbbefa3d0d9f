import { crossEntropy, type CrossEntropyOptions, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/** Cross-entropy of logits and classes as a module; see `crossEntropy`. */
export class CrossEntropyLoss extends Module {
  static override readonly name: string = "CrossEntropyLoss";
  readonly options: CrossEntropyOptions;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    this.options = options;
  }

  /** @param logits (batch, classes)   @param labels (batch), i32 classes */
  override forward(logits: Tensor, labels: Tensor<Shape, "i32">): Tensor {
    return crossEntropy(logits, labels, this.options);
  }

  override config(): readonly Argument[] | undefined {
    const { weight, ...options } = this.options;
    return weight === undefined ? [options] : undefined;
  }
}

export { crossEntropy };
