import { logSoftmax, type Shape, softmax, type Tensor, assertWhole } from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";

/** eˣ divided by its sum along an axis: numbers from 0 to 1 that add up to 1. */
export class Softmax extends Module {
  static override readonly name: string = "Softmax";
  readonly axis: number;

  constructor(axis = -1) {
    super();
    assertWhole("Softmax", "axis", axis, -Infinity);
    this.axis = axis;
  }
  /** @param x any shape that has the axis @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return softmax(x, this.axis);
  }
  override config(): readonly Argument[] {
    return [this.axis];
  }
}

/** The logarithm of softmax, without the loss of digits that taking it afterwards has. */
export class LogSoftmax extends Module {
  static override readonly name: string = "LogSoftmax";
  readonly axis: number;

  constructor(axis = -1) {
    super();
    assertWhole("LogSoftmax", "axis", axis, -Infinity);
    this.axis = axis;
  }
  /** @param x any shape that has the axis @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return logSoftmax(x, this.axis);
  }
  override config(): readonly Argument[] {
    return [this.axis];
  }
}
