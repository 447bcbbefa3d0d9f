import {
  assertTensor,
  checkOptions,
  fromZero,
  type HasFeatures,
  ones,
  rmsNorm,
  type Shape,
  type Tensor,
  truthValue,
  inCall,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import { flat, type NormalizedShape, normalizedShapeOf, rowsOf, sizesArgument } from "./normalized-shape.ts";

export interface RMSNormOptions {
  /** Added to the mean of squares. Default 2⁻²³, the distance from 1 to the next f32. */
  readonly epsilon?: number;
  /** Whether to scale what is normalised. Default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * Root mean square normalisation (Zhang & Sennrich 2019): y = x / √(mean x² + ε) · weight over the last axis, or the last few
 * together.
 *
 * `weight` has the normalised shape and starts as ones, as PyTorch's.
 */
export class RMSNorm<Size extends number = number> extends Module {
  static override readonly name: string = "RMSNorm";
  readonly normalizedShape: readonly number[];
  readonly weight: Parameter | undefined;
  private readonly options: RMSNormOptions;

  /**
   * @param normalizedShape size of the last axis, or sizes of the last few
   * @throws ValueError unless sizes are whole numbers from 1 up and ε a number from 0 up
   */
  constructor(normalizedShape: NormalizedShape<Size>, options: RMSNormOptions = {}) {
    super();
    this.normalizedShape = normalizedShapeOf("RMSNorm", normalizedShape);
    checkOptions("RMSNorm", options, { epsilon: fromZero, elementwiseAffine: truthValue });
    this.options = options;
    const { elementwiseAffine = true } = options;
    this.weight = elementwiseAffine ? inCall("RMSNorm", () => parameter(() => ones(this.normalizedShape))) : undefined;
  }

  /**
   * @param x (…, …normalizedShape)
   * @returns the same shape
   * @throws ShapeError if the last axes have other sizes
   */
  override forward<S extends Shape>(x: Tensor<S & HasFeatures<S, Size>>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("RMSNorm", "x", x);
    const rows = rowsOf("RMSNorm", x, this.normalizedShape);
    const y = rmsNorm(rows, flat(this.weight), this.options.epsilon);
    return rows === x ? y : y.reshape(x.shape);
  }

  override config(): readonly Argument[] {
    return [sizesArgument(this.normalizedShape), ...givenOptions(this.options)];
  }
}
