import {
  type HasFeatures,
  layerNorm,
  ones,
  type Shape,
  scope,
  ShapeError,
  sizeOf,
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
 * Layer normalisation (Ba, Kiros & Hinton 2016): y = (x − mean) / √(variance + ε) · weight + bias over the last axis, or
 * over several, as PyTorch's `normalized_shape`.
 *
 * `weight` and `bias` have the shape of those axes, and start as ones and zeros.
 */
export class LayerNorm<Size extends number = number> extends Module {
  static override readonly name: string = "LayerNorm";
  /** The last axes, over which it goes together. */
  readonly normalizedShape: readonly number[];
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  private readonly options: LayerNormOptions;

  /** @param size of the last axis, or the sizes of the last axes @throws ValueError unless they are whole numbers from 1 up */
  constructor(size: Size | readonly number[], options: LayerNormOptions = {}) {
    super();
    const sizes: readonly unknown[] = Array.isArray(size) ? size : [size];
    if (sizes.length === 0 || !sizes.every((each) => Number.isInteger(each) && Number(each) >= 1))
      throw new ValueError("LayerNorm", { size }, "the size is a whole number from 1 up, or several");
    checkOptions("LayerNorm", options, { epsilon: fromZero, elementwiseAffine: truthValue, bias: truthValue });
    this.normalizedShape = typeof size === "number" ? [size] : [...size];
    this.options = options;
    const { elementwiseAffine = true, bias = true } = options;
    this.weight = elementwiseAffine ? parameter(() => ones(this.normalizedShape)) : undefined;
    this.bias = elementwiseAffine && bias ? parameter(() => zeros(this.normalizedShape)) : undefined;
  }

  /**
   * @param x (…, size), or (…, ...sizes)
   * @returns the same shape
   * @throws ShapeError if the last axes have other sizes
   */
  override forward<S extends Shape>(x: Tensor<S> & HasFeatures<S, Size>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    assertTensor("LayerNorm", "x", x);
    const { normalizedShape, weight, bias } = this;
    const leading = x.rank - normalizedShape.length;
    if (leading < 0 || normalizedShape.some((size, axis) => x.shape[leading + axis] !== size)) throw this.wrongSize(x);
    if (normalizedShape.length === 1) return layerNorm(x, weight, bias, this.options.epsilon);
    return scope(() => {
      const size = sizeOf(normalizedShape);
      const rows = x.reshape([...x.shape.slice(0, leading), size]); // each by itself
      return layerNorm(rows, weight?.reshape([size]), bias?.reshape([size]), this.options.epsilon).reshape(x.shape);
    });
  }

  private wrongSize({ shape }: Tensor): ShapeError {
    const { normalizedShape } = this;
    const rule =
      normalizedShape.length === 1
        ? `the last axis must have the size ${String(normalizedShape[0])}`
        : `the last axes must have the sizes ${normalizedShape.join(", ")}`;
    return new ShapeError("LayerNorm", { x: shape, size: normalizedShape }, rule);
  }

  override config(): readonly Argument[] {
    return [
      this.normalizedShape.length === 1 ? (this.normalizedShape[0] ?? 1) : this.normalizedShape,
      ...givenOptions(this.options),
    ];
  }
}

function fromZero(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (!(value >= 0 && value < Infinity))
    throw new ValueError(op, { [name]: value }, `${name} must be a number from 0 up`);
}
