import {
  assertTensor,
  checkOptions,
  fromZero,
  type HasFeatures,
  layerNorm,
  ones,
  type Shape,
  type Tensor,
  truthValue,
  zeros,
  inCall,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import { flat, type NormalizedShape, normalizedShapeOf, rowsOf, sizesArgument } from "./normalized-shape.ts";

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether to scale and shift what is normalised. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether to shift, where it scales. Default true. */
  readonly bias?: boolean;
}

/**
 * Layer normalisation (Ba, Kiros & Hinton 2016): y = (x − mean) / √(variance + ε) · weight + bias over the last axis, or the
 * last few together.
 *
 * `weight` and `bias` have the normalised shape, and start as ones and zeros, as PyTorch's.
 */
export class LayerNorm<Size extends number = number> extends Module {
  static override readonly name: string = "LayerNorm";
  readonly normalizedShape: readonly number[];
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  private readonly options: LayerNormOptions;

  /**
   * @param normalizedShape size of the last axis, or sizes of the last few
   * @throws ValueError unless sizes are whole numbers from 1 up and ε a number from 0 up
   */
  constructor(normalizedShape: NormalizedShape<Size>, options: LayerNormOptions = {}) {
    super();
    this.normalizedShape = normalizedShapeOf("LayerNorm", normalizedShape);
    checkOptions("LayerNorm", options, { epsilon: fromZero, elementwiseAffine: truthValue, bias: truthValue });
    this.options = options;
    const { elementwiseAffine = true, bias = true } = options;
    this.weight = elementwiseAffine
      ? inCall("LayerNorm", () => parameter(() => ones(this.normalizedShape)))
      : undefined;
    this.bias =
      elementwiseAffine && bias ? inCall("LayerNorm", () => parameter(() => zeros(this.normalizedShape))) : undefined;
  }

  /**
   * @param x (…, …normalizedShape)
   * @returns the same shape
   * @throws ShapeError if the last axes have other sizes
   */
  override forward<S extends Shape>(x: Tensor<S & HasFeatures<S, Size>>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("LayerNorm", "x", x);
    const rows = rowsOf("LayerNorm", x, this.normalizedShape);
    const y = layerNorm(rows, flat(this.weight), flat(this.bias), this.options.epsilon);
    return rows === x ? y : y.reshape(x.shape);
  }

  override config(): readonly Argument[] {
    return [sizesArgument(this.normalizedShape), ...givenOptions(this.options)];
  }
}
