import {
  embedding,
  type Generator,
  type Appended,
  type Shape,
  type Tensor,
  ValueError,
  assertGenerator,
  checkOptions,
  truthValue,
  inCall,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import { normal } from "../initialise/spread.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";

export interface EmbeddingOptions {
  /**
   * Whether the gradient of the table is the rows that were looked up, without the others: then a step costs what these
   * rows cost, and needs `SparseAdam` or `SGD`. Default false.
   */
  readonly sparse?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

/**
 * A table of vectors that is looked up by whole numbers: y = oneHot(x) · W, without ever making the ones and zeros.
 *
 * `weight` (numEmbeddings, embeddingDim) starts normal with deviation 1, as PyTorch's.
 */
export class Embedding<Rows extends number = number, Size extends number = number> extends Module {
  static override readonly name: string = "Embedding";
  readonly numEmbeddings: Rows;
  readonly embeddingDim: Size;
  readonly weight: Parameter;
  private readonly options: EmbeddingOptions;

  /** @throws ValueError unless both sizes are whole numbers from 1 up */
  constructor(numEmbeddings: Rows, embeddingDim: Size, options: EmbeddingOptions = {}) {
    super();
    for (const size of [numEmbeddings, embeddingDim]) {
      if (!Number.isInteger(size) || size < 1)
        throw new ValueError("Embedding", { numEmbeddings, embeddingDim }, "sizes are whole numbers from 1 up");
    }
    checkOptions("Embedding", options, { sparse: truthValue, generator: assertGenerator });
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.options = options;
    const drawn = options.generator === undefined ? {} : { generator: options.generator };
    this.weight = inCall("Embedding", () => parameter(() => normal([numEmbeddings, embeddingDim], drawn)));
  }

  /**
   * @param x any shape, i32: rows of the table
   * @returns (…x, embeddingDim)
   * @throws IndexError naming the first that is no row, DTypeError unless x is i32
   */
  override forward<S extends Shape>(x: Tensor<S, "i32">): Tensor<Appended<S, Size>>;
  override forward(x: Tensor<Shape, "i32">): Tensor {
    return embedding(this.weight, x, { sparse: this.options.sparse ?? false });
  }

  override config(): readonly Argument[] {
    return [this.numEmbeddings, this.embeddingDim, ...givenOptions(this.options)];
  }
}
