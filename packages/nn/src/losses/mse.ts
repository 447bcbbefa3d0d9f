import {
  type Reduction,
  type IsSameShape,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  assertOneOf,
  assertTensor,
  checkOptions,
  oneOf,
} from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { Module } from "../module/module.ts";
import { reduce } from "./reduction.ts";

/**
 * Squared error (prediction − target)².
 * @param prediction any shape   @param target the same shape
 * @param reduction "mean" (default) over all elements, "sum", or "none"
 * @returns a number without axes; with "none" the shape of `prediction`
 * @throws ShapeError if shapes differ: nothing is broadcast, which here is nearly always a mistake
 */
export function mse<P extends Shape, T extends Shape, R extends Reduction = "mean">(
  prediction: Tensor<P>,
  target: Tensor<T & IsSameShape<P, T>>,
  reduction?: R,
): Tensor<R extends "none" ? P : []>;
export function mse(prediction: Tensor, target: Tensor, reduction: Reduction = "mean"): Tensor {
  assertTensor("mse", "prediction", prediction);
  assertTensor("mse", "target", target);
  assertOneOf("mse", "reduction", reduction, REDUCTIONS);
  if (prediction.shape.join() !== target.shape.join()) {
    throw new ShapeError(
      "mse",
      { prediction: prediction.shape, target: target.shape },
      "prediction and target must have the same shape",
      "reshape one of them: (batch) against (batch, 1) would compare each with all",
    );
  }
  return scope(() => reduce(prediction.sub(target).square(), reduction));
}

const REDUCTIONS: readonly Reduction[] = ["mean", "sum", "none"];

/** Squared error as a module; see `mse`. */
export class MSELoss extends Module {
  static override readonly name: string = "MSELoss";
  readonly reduction: Reduction;

  constructor(options: { reduction?: Reduction } = {}) {
    super();
    checkOptions("MSELoss", options, { reduction: oneOf(...REDUCTIONS) });
    const { reduction = "mean" } = options;
    this.reduction = reduction;
  }
  override forward<P extends Shape, T extends Shape>(
    prediction: Tensor<P>,
    target: Tensor<T & IsSameShape<P, T>>,
  ): Tensor {
    return mse<Shape, Shape, Reduction>(prediction, target, this.reduction);
  }
  override config(): readonly Argument[] {
    return [{ reduction: this.reduction }];
  }
}
