import {
  embedding,
  Generator,
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
  assertTensor,
  type Check,
  ShapeError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { parameter } from "../initialise/layer-default.ts";
import { normal } from "../initialise/spread.ts";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import { paddingRow, renormalise, scaledByFrequency, withoutPadding } from "./table-rows.ts";

export interface EmbeddingOptions {
  /**
   * Whether the gradient of the table is the rows that were looked up, without the others: then a step costs what these
   * rows cost, and needs `SparseAdam` or `SGD`. Default false.
   */
  readonly sparse?: boolean;
  /** Rows that are looked up and are longer are shortened to it, in the table, before. None if absent. */
  readonly maxNorm?: number;
  /** The p of that norm, (Σ |x|ᵖ)^(1/p); `Infinity` for the largest |x|. Default 2. */
  readonly normType?: number;
  /** Divides the gradient of a row by how often the batch names it. Not with `sparse`, as in PyTorch. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** A row that stands for nothing: it starts as zeros and gets no gradient. Negative ones count from the end. None if absent. */
  readonly paddingIdx?: number;
  /** Of the first values. */
  readonly generator?: Generator;
}

const aboveZero: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value > 0 && value < Infinity)) {
    throw wrongArgument(op, name, value, "a finite number above 0");
  }
};

const aNorm: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value > 0)) throw wrongArgument(op, name, value, "a number above 0, or Infinity");
};

/** Checks of what tables of vectors have in common. */
export const TABLE_OPTIONS: OptionChecks<EmbeddingOptions> = {
  sparse: truthValue,
  paddingIdx: (op, name, value) => assertWhole(op, name, value, -Infinity),
  maxNorm: aboveZero,
  normType: aNorm,
  scaleGradByFreq: truthValue,
  generator: assertGenerator,
};

/** What `Embedding.fromPretrained` takes. */
export interface PretrainedOptions extends Omit<EmbeddingOptions, "generator"> {
  /** Whether training leaves the vectors as they are. Default true. */
  readonly freeze?: boolean;
}

/** The first values of a table, normal with deviation 1, and of its padding 0. @throws ValueError, IndexError */
export function tableOf(op: string, rows: number, size: number, options: EmbeddingOptions): Parameter {
  for (const each of [rows, size]) {
    if (Number.isInteger(each) && each >= 1) continue;
    throw new ValueError(op, { numEmbeddings: rows, embeddingDim: size }, "sizes are whole numbers from 1 up");
  }
  if (options.sparse === true && options.scaleGradByFreq === true) {
    throw new ValueError(
      op,
      { sparse: true, scaleGradByFreq: true },
      "a gradient of rows is not scaled by their frequency",
      "leave one of the two out",
    );
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
    const { sparse = false, paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false } = this.options;
    if (maxNorm !== undefined) {
      assertTensor("Embedding", "indices", x);
      renormalise(this.weight, x, maxNorm, normType);
    }
    if (paddingIdx === undefined && !scaleGradByFreq) return embedding(this.weight, x, { sparse });
    const padding = paddingIdx === undefined ? -1 : paddingRow("Embedding", paddingIdx, this.numEmbeddings);
    return scope(() => {
      const looked: Tensor = embedding(this.weight, x, { sparse });
      const scaled = scaleGradByFreq ? scaledByFrequency(looked, x) : looked;
      return padding < 0 ? scaled : withoutPadding(scaled, x, padding);
    });
  }

  /**
   * How well vectors fit each row: x · Wᵀ, the logits of an output layer that shares the table ("tied softmax", Press & Wolf
   * 2017). The table then has one gradient of both uses, whole even with `sparse: true`.
   * @param x (…, embeddingDim) @returns (…, numEmbeddings) @throws ShapeError
   */
  attend(x: Tensor): Tensor {
    assertTensor("Embedding.attend", "x", x);
    const table: Tensor = this.weight;
    return inCall("Embedding.attend", () => scope((): Tensor => x.matmul(table.transpose())));
  }

  /**
   * A layer of vectors that are there, as PyTorch's `Embedding.from_pretrained`. The values are copied.
   * @param vectors (numEmbeddings, embeddingDim) @throws ShapeError unless they are a matrix
   */
  static fromPretrained(vectors: Tensor, options: PretrainedOptions = {}): Embedding {
    const op = "Embedding.fromPretrained";
    assertTensor(op, "vectors", vectors);
    const { sparse, paddingIdx, maxNorm, normType, scaleGradByFreq } = TABLE_OPTIONS;
    const checks = { sparse, paddingIdx, maxNorm, normType, scaleGradByFreq, freeze: truthValue };
    checkOptions<PretrainedOptions>(op, options, checks);
    const [rows, size] = vectors.shape;
    if (vectors.rank !== 2 || rows === undefined || size === undefined) {
      throw new ShapeError(op, { vectors: vectors.shape }, "vectors must be (numEmbeddings, embeddingDim)");
    }
    const { freeze = true, ...rest } = options;
    // First values that are thrown away must not be drawn from the generator that others go on with.
    const layer = inCall(op, () => new Embedding(rows, size, { ...rest, generator: new Generator(0) }));
    layer.weight.assign(vectors);
    layer.weight.frozen = freeze;
    return layer;
  }

  override config(): readonly Argument[] {
    return [this.numEmbeddings, this.embeddingDim, ...givenOptions(this.options)];
  }
}
