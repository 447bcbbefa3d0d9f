import {
  embedding,
  type Generator,
  type Appended,
  type Shape,
  type Tensor,
  ValueError,
  assertGenerator,
  assertWhole,
  checkOptions,
  type OptionChecks,
  scope,
  truthValue,
  inCall,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import { normal } from "../initialise/spread.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import { paddingRow, withoutPadding } from "./table-rows.ts";

export interface EmbeddingOptions {
  /**
   * Whether the gradient of the table is the rows that were looked up, without the others: then a step costs what these
   * rows cost, and needs `SparseAdam` or `SGD`. Default false.
   */
  readonly sparse?: boolean;
  /** A row that stands for nothing: it starts as zeros and gets no gradient. Negative ones count from the end. None if absent. */
  readonly paddingIdx?: number;
  /** Of the first values. */
  readonly generator?: Generator;
}

/** Checks of what tables of vectors have in common. */
export const TABLE_OPTIONS: OptionChecks<EmbeddingOptions> = {
  sparse: truthValue,
  paddingIdx: (op, name, value) => assertWhole(op, name, value, -Infinity),
  generator: assertGenerator,
};

/** The first values of a table, normal with deviation 1, and of its padding 0. @throws ValueError, IndexError */
export function tableOf(op: string, rows: number, size: number, options: EmbeddingOptions): Parameter {
  for (const each of [rows, size]) {
    if (Number.isInteger(each) && each >= 1) continue;
    throw new ValueError(op, { numEmbeddings: rows, embeddingDim: size }, "sizes are whole numbers from 1 up");
  }
  const padding = options.paddingIdx === undefined ? undefined : paddingRow(op, options.paddingIdx, rows);
  const drawn = options.generator === undefined ? {} : { generator: options.generator };
  return inCall(op, () =>
    parameter(() => {
      const values = normal([rows, size], drawn);
      if (padding !== undefined) values.borrow((view) => view.fill(0, padding * size, (padding + 1) * size));
      return values;
    }),
  );
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

  /** @throws ValueError unless both sizes are whole numbers from 1 up, IndexError if `paddingIdx` is no row */
  constructor(numEmbeddings: Rows, embeddingDim: Size, options: EmbeddingOptions = {}) {
    super();
    checkOptions<EmbeddingOptions>("Embedding", options, TABLE_OPTIONS);
    this.weight = tableOf("Embedding", numEmbeddings, embeddingDim, options);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.options = options;
  }

  /**
   * @param x any shape, i32: rows of the table
   * @returns (…x, embeddingDim)
   * @throws IndexError naming the first that is no row, DTypeError unless x is i32
   */
  override forward<S extends Shape>(x: Tensor<S, "i32">): Tensor<Appended<S, Size>>;
  override forward(x: Tensor<Shape, "i32">): Tensor {
    const { sparse = false, paddingIdx } = this.options;
    if (paddingIdx === undefined) return embedding(this.weight, x, { sparse });
    const padding = paddingRow("Embedding", paddingIdx, this.numEmbeddings);
    return scope(() => withoutPadding(embedding(this.weight, x, { sparse }), x, padding));
  }

  override config(): readonly Argument[] {
    return [this.numEmbeddings, this.embeddingDim, ...givenOptions(this.options)];
  }
}
