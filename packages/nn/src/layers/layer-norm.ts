import {
  type HasFeatures,
  layerNorm,
  ones,
  ShapeError,
  type Shape,
  type Tensor,
  ValueError,
  zeros,
  checkOptions,
  truthValue,
  assertTensor,
  assertNumber,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether to scale and shift what is normalised. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether to shift, where it scales. Default true. */
  readonly bias?: boolean;
}

/**
 * Layer normalisation (Ba, Kiros & Hinton 2016): y = (x − mean) / √(variance + ε) · weight + bias over the last axis.
 *
 * `weight` (size) starts as ones and `bias` (size) as zeros, as PyTorch's.
 */
export class LayerNorm<Size extends number = number> extends Module {
  static override readonly name: string = "LayerNorm";
  readonly size: Size;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  private readonly options: LayerNormOptions;

  /** @throws ValueError unless the size is a whole number from 1 up */
  constructor(size: Size, options: LayerNormOptions = {}) {
    super();
    if (!Number.isInteger(size) || size < 1)
      throw new ValueError("LayerNorm", { size }, "the size is a whole number from 1 up");
    checkOptions("LayerNorm", options, { epsilon: fromZero, elementwiseAffine: truthValue, bias: truthValue });
    this.size = size;
    this.options = options;
    const { elementwiseAffine = true, bias = true } = options;
    this.weight = elementwiseAffine ? parameter(() => ones([size])) : undefined;
    this.bias = elementwiseAffine && bias ? parameter(() => zeros([size])) : undefined;
  }

  /**
   * @param x (…, size)
   * @returns the same shape
   * @throws ShapeError if the last axis has another size
   */
  override forward<S extends Shape>(x: Tensor<S> & HasFeatures<S, Size>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("LayerNorm", "x", x);
    if (x.shape.at(-1) !== this.size) throw this.wrongSize(x);
    return layerNorm(x, this.weight, this.bias, this.options.epsilon);
  }

  private wrongSize({ shape }: Tensor): ShapeError {
    return new ShapeError("LayerNorm", { x: shape, size: this.size }, `the last axis must have the size ${this.size}`);
  }

  override config(): readonly Argument[] {
    return [this.size, ...givenOptions(this.options)];
  }
}

function fromZero(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (!(value >= 0 && value < Infinity))
    throw new ValueError(op, { [name]: value }, `${name} must be a number from 0 up`);
}
