import {
  assertTensor,
  checkOptions,
  DTypeError,
  embedding,
  fromArray,
  full,
  IndexError,
  indexAdd,
  indexSelect,
  oneOf,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import type { Argument } from "../module/any-module.ts";
import { givenOptions } from "../module/config.ts";
import { Module } from "../module/module.ts";
import type { Parameter } from "../module/parameter.ts";
import { type EmbeddingOptions, TABLE_OPTIONS, tableOf } from "./embedding.ts";
import { paddingRow, renormalise, scaledByFrequency } from "./table-rows.ts";

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the rows of a bag: their `"mean"`, the default, `"sum"` or `"max"`. */
  readonly mode?: "mean" | "sum" | "max";
}

/** Which bag each index is of. */
interface Bags {
  readonly count: number;
  readonly of: Int32Array;
}

/**
 * Bags of rows of a table: the mean, the sum or the largest numbers of the rows that each bag names, as PyTorch's `EmbeddingBag`.
 * Indices of the padding are left out, and an empty bag is zeros.
 *
 * `weight` (numEmbeddings, embeddingDim) starts normal with deviation 1.
 */
export class EmbeddingBag extends Module {
  static override readonly name: string = "EmbeddingBag";
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly weight: Parameter;
  private readonly options: EmbeddingBagOptions;

  /** @throws ValueError unless both sizes are whole numbers from 1 up, IndexError if `paddingIdx` is no row */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    super();
    checkOptions<EmbeddingBagOptions>("EmbeddingBag", options, { ...TABLE_OPTIONS, mode: oneOf("mean", "sum", "max") });
    if (options.mode === "max" && options.scaleGradByFreq === true) {
      throw new ValueError(
        "EmbeddingBag",
        { mode: "max", scaleGradByFreq: true },
        "the gradient of the largest is not scaled by frequency",
      );
    }
    this.weight = tableOf("EmbeddingBag", numEmbeddings, embeddingDim, options);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.options = options;
  }

  /**
   * @param x (bags, indices) i32, or (indices) with `offsets`
   * @param offsets (bags) i32: where each bag begins in `x`, from 0 and never back
   * @param perSampleWeights the shape of `x`: what each row is multiplied by; for sums alone
   * @returns (bags, embeddingDim)
   * @throws ShapeError, DTypeError, IndexError on indices that are no rows, ValueError on weights without sums
   */
  override forward(x: Tensor<Shape, "i32">, offsets?: Tensor<Shape, "i32">, perSampleWeights?: Tensor): Tensor {
    assertTensor("EmbeddingBag", "x", x);
    const { sparse = false, paddingIdx, mode = "mean", maxNorm, normType = 2, scaleGradByFreq = false } = this.options;
    if (perSampleWeights !== undefined) assertWeights(x, perSampleWeights, mode);
    const bags = bagsOf(x, offsets);
    if (maxNorm !== undefined) renormalise(this.weight, x, maxNorm, normType);
    const padding = paddingIdx === undefined ? -1 : paddingRow("EmbeddingBag", paddingIdx, this.numEmbeddings);
    return scope(() => {
      const flat = x.reshape([x.size]);
      embedding(this.weight, flat); // looks at all indices, those of the padding too
      const rows = flat.data();
      const kept = Int32Array.from(rows.keys()).filter((at) => rows[at] !== padding);
      const counts = new Float32Array(bags.count);
      for (const at of kept) counts[bags.of[at] ?? 0] = (counts[bags.of[at] ?? 0] ?? 0) + 1;
      if (mode === "max") return this.largest(rows, kept, bags, counts);
      const named = fromArray(kept.map((at) => rows[at] ?? 0));
      const asTheyAre: Tensor = embedding(this.weight, named, { sparse });
      const looked = scaleGradByFreq ? scaledByFrequency(asTheyAre, named) : asTheyAre;
      const weights = perSampleWeights?.reshape([x.size, 1]);
      const weighted = weights === undefined ? looked : looked.mul(indexSelect(weights, 0, fromArray(kept)));
      const bagOf = fromArray(kept.map((at) => bags.of[at] ?? 0));
      const sums = indexAdd(weighted, 0, bagOf, bags.count);
      if (mode === "sum") return sums;
      return sums.div(
        fromArray(
          counts.map((count) => Math.max(count, 1)),
          [bags.count, 1],
        ),
      );
    });
  }

  override config(): readonly Argument[] {
    return [this.numEmbeddings, this.embeddingDim, ...givenOptions(this.options)];
  }

  /** The largest number of each column of each bag. */
  private largest(rows: Int32Array, kept: Int32Array, bags: Bags, counts: Float32Array): Tensor {
    const longest = Math.max(1, ...counts);
    const [places, isThere] = [new Int32Array(bags.count * longest), new Int32Array(bags.count * longest)];
    const next = new Int32Array(bags.count);
    for (const at of kept) {
      const bag = bags.of[at] ?? 0;
      const place = bag * longest + (next[bag] ?? 0);
      places[place] = rows[at] ?? 0;
      isThere[place] = 1;
      next[bag] = (next[bag] ?? 0) + 1;
    }
    const looked: Tensor = embedding(this.weight, fromArray(places, [bags.count, longest]));
    const there: Tensor<Shape, "bool"> = fromArray(isThere, [bags.count, longest, 1]).equal(1);
    const most: Tensor = where(there, looked, full([1], -Infinity)).max(1);
    const empty: Tensor<Shape, "bool"> = fromArray(counts, [bags.count, 1]).equal(0);
    return where(empty, zeros([1]), most);
  }
}

function assertWeights(x: Tensor<Shape, "i32">, weights: Tensor, mode: string): void {
  assertTensor("EmbeddingBag", "perSampleWeights", weights);
  if (mode !== "sum") {
    throw new ValueError("EmbeddingBag", { mode }, "perSampleWeights are for sums alone", 'mode: "sum"');
  }
  if (weights.shape.join() === x.shape.join()) return;
  const came = { x: x.shape, perSampleWeights: weights.shape };
  throw new ShapeError("EmbeddingBag", came, "perSampleWeights must have the shape of x");
}

function bagsOf(x: Tensor<Shape, "i32">, offsets: Tensor<Shape, "i32"> | undefined): Bags {
  const [count = 0, size = 0] = x.shape;
  if (offsets === undefined) {
    if (x.rank !== 2) {
      throw new ShapeError("EmbeddingBag", { x: x.shape }, "x must be (bags, indices), or a list with offsets");
    }
    return { count, of: Int32Array.from({ length: x.size }, (_, at) => Math.floor(at / size)) };
  }
  assertTensor("EmbeddingBag", "offsets", offsets);
  if (x.rank !== 1 || offsets.rank !== 1) {
    throw new ShapeError(
      "EmbeddingBag",
      { x: x.shape, offsets: offsets.shape },
      "with offsets, x and offsets must be lists",
    );
  }
  if (offsets.dtype !== "i32") {
    const dtype: string = offsets.dtype;
    throw new DTypeError("EmbeddingBag", { offsets: offsets.shape, dtype }, "offsets must be i32", 'offsets.to("i32")');
  }
  const starts = offsets.data();
  const of = new Int32Array(x.size);
  for (const [bag, start] of starts.entries()) {
    const before = starts[bag - 1] ?? 0;
    if (start < before || start > x.size || (bag === 0 && start !== 0)) {
      throw new IndexError(
        "EmbeddingBag",
        { position: bag, offset: start, x: x.size },
        "offsets must ascend from 0, within x",
      );
    }
    of.fill(bag, start, x.size);
  }
  if (starts.length === 0 && x.size > 0) {
    throw new IndexError("EmbeddingBag", { offsets: 0, x: x.size }, "offsets must ascend from 0, within x");
  }
  return { count: starts.length, of };
}
