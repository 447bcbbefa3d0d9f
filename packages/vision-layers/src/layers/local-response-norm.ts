import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  localResponseNorm,
  type LocalResponseNormOptions,
  localResponseOf,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";

/**
 * Local response normalisation (Krizhevsky, Sutskever & Hinton 2012, section 3.3): y = x / (k + α / size · Σ x²)^β, with the sum
 * over the `size` channels around an element's own at its place. α is divided by the size, as in PyTorch.
 */
export class LocalResponseNorm extends Module {
  static override readonly name: string = "LocalResponseNorm";
  readonly size: number;
  private readonly options: LocalResponseNormOptions;

  /** @throws ValueError unless the size is a whole number from 1 up and options are finite numbers */
  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    localResponseOf("LocalResponseNorm", size, options);
    this.size = size;
    this.options = options;
  }

  /** @param x (batch, channels, …places) @returns the same shape @throws ShapeError if x has fewer than three axes */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }

  override config(): readonly Argument[] {
    return [this.size, ...givenOptions(this.options)];
  }
}
