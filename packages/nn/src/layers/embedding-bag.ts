import {
  argmax,
  assertTensor,
  checkOptions,
  concat,
  DTypeError,
  embedding,
  fromArray,
  full,
  gather,
  IndexError,
  indexAdd,
  indexSelect,
  oneOf,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
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
  /** Whether `offsets` has one number more than there are bags: where the last one ends, the length of `x`. Default false. */
  readonly includeLastOffset?: boolean;
}

/** Which bag each index is of. */
interface Bags {
  readonly count: number;
  readonly of: Int32Array<ArrayBuffer>;
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
    checkOptions<EmbeddingBagOptions>("EmbeddingBag", options, {
      ...TABLE_OPTIONS,
      mode: oneOf("mean", "sum", "max"),
      includeLastOffset: truthValue,
    });
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
   * @param offsets (bags) i32: where each bag begins in `x`, from 0 and never back; (bags + 1) with `includeLastOffset`
   * @param perSampleWeights the shape of `x`: what each row is multiplied by; for sums alone
   * @returns (bags, embeddingDim)
   * @throws ShapeError, DTypeError, IndexError on indices that are no rows, ValueError on weights without sums
   */
  override forward(x: Tensor<Shape, "i32">, offsets?: Tensor<Shape, "i32">, perSampleWeights?: Tensor): Tensor {
    assertTensor("EmbeddingBag", "x", x);
    assertWhole("x", x);
    const { sparse = false, paddingIdx, mode = "mean", maxNorm, normType = 2, scaleGradByFreq = false } = this.options;
    if (perSampleWeights !== undefined) assertWeights(x, perSampleWeights, mode);
    const bags = bagsOf(x, offsets, this.options.includeLastOffset === true);
    if (maxNorm !== undefined) renormalise(this.weight, x, maxNorm, normType);
    const padding = paddingIdx === undefined ? -1 : paddingRow("EmbeddingBag", paddingIdx, this.numEmbeddings);
    return scope(() => {
      const flat: Tensor<[number], "i32"> = x.reshape([x.size]);
      // Without padding nothing is left out, and lists of a batch's words are long: they are gone through as little as can be.
      const kept = padding < 0 ? undefined : placesWithout(this.weight, padding, flat);
      const named = kept === undefined ? flat : indexSelect(flat, 0, fromArray(kept));
      const of = kept === undefined ? bags.of : kept.map((at) => bags.of[at] ?? 0);
      const counts = countsOf(of, bags.count);
      if (mode === "max") return largest(this.weight, named, of, counts);
      const asTheyAre: Tensor = embedding(this.weight, named, { sparse });
      const looked = scaleGradByFreq ? scaledByFrequency(asTheyAre, named) : asTheyAre;
      const weights = perSampleWeights?.reshape([x.size, 1]);
      const own = weights === undefined || kept === undefined ? weights : indexSelect(weights, 0, fromArray(kept));
      const sums = indexAdd(own === undefined ? looked : looked.mul(own), 0, fromArray(of), bags.count);
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
}

/**
 * The largest number of each column of each bag. Bags of like length are looked up together, each as long as the longest of them: one
 * that is much longer than all others does not make the others as long as itself.
 * @param of the bag of each index
 */
function largest(
  table: Tensor,
  indices: Tensor<[number], "i32">,
  of: Int32Array,
  counts: Float32Array<ArrayBuffer>,
): Tensor {
  const rows = indices.data();
  const groups = new Map<number, number[]>();
  for (const [bag, count] of counts.entries()) {
    const bits = 32 - Math.clz32(count);
    const group = groups.get(bits);
    if (group === undefined) groups.set(bits, [bag]);
    else group.push(bag);
  }
  const all = [...groups.values()];
  if (all.length === 0) return zeros([0, table.shape[1] ?? 0]);
  const found = all.map((bags) => largestOf(table, rows, of, bags, counts));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const places = new Int32Array(counts.length);
  for (const [place, bag] of all.flat().entries()) places[bag] = place;
  return indexSelect(concat(found, 0), 0, fromArray(places));
}

/** The same of some of the bags. */
function largestOf(
  table: Tensor,
  rows: Int32Array,
  of: Int32Array,
  bags: readonly number[],
  counts: Float32Array<ArrayBuffer>,
): Tensor {
  const count = bags.length;
  const longest = bags.reduce((most, bag) => Math.max(most, counts[bag] ?? 0), 1);
  const numbers = new Int32Array(counts.length).fill(-1);
  for (const [number, bag] of bags.entries()) numbers[bag] = number;
  const [places, isThere] = [new Int32Array(count * longest), new Int32Array(count * longest)];
  const next = new Int32Array(count);
  for (let at = 0; at < of.length; at++) {
    const number = numbers[of[at] ?? 0] ?? -1;
    if (number < 0) continue;
    const place = number * longest + (next[number] ?? 0);
    places[place] = rows[at] ?? 0;
    isThere[place] = 1;
    next[number] = (next[number] ?? 0) + 1;
  }
  const looked: Tensor = embedding(table, fromArray(places, [count, longest]));
  const there: Tensor<Shape, "bool"> = fromArray(isThere, [count, longest, 1]).equal(1);
  const present: Tensor = where(there, looked, full([1], -Infinity));
  // The first of equals is the one that learns, as in PyTorch; `max` would have all of them share.
  const most: Tensor = gather(present, 1, argmax(present, 1, true)).squeeze(1);
  const own = Float32Array.from(bags, (bag) => counts[bag] ?? 0);
  const empty: Tensor<Shape, "bool"> = fromArray(own, [count, 1]).equal(0);
  return where(empty, zeros([1]), most);
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

/** @throws DTypeError unless it is i32: a list that is looked at here and not by the core */
function assertWhole(name: "x" | "offsets", list: Tensor<Shape, "i32">): void {
  const dtype: string = list.dtype;
  if (dtype === "i32") return;
  throw new DTypeError("EmbeddingBag", { [name]: list.shape, dtype }, `${name} must be i32`, `${name}.to("i32")`);
}

/** Places of the indices that are not the padding's. @throws IndexError on an index that is no row */
function placesWithout(table: Tensor, padding: number, indices: Tensor<[number], "i32">): Int32Array<ArrayBuffer> {
  embedding(table, indices); // looks at all of them, those of the padding too
  const rows = indices.data();
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let at = 0; at < rows.length; at++) if (rows[at] !== padding) kept[count++] = at;
  return kept.slice(0, count);
}

/** How many indices each bag has. */
function countsOf(of: Int32Array, bags: number): Float32Array<ArrayBuffer> {
  const counts = new Float32Array(bags);
  for (let at = 0; at < of.length; at++) {
    const bag = of[at] ?? 0;
    counts[bag] = (counts[bag] ?? 0) + 1;
  }
  return counts;
}

function bagsOf(x: Tensor<Shape, "i32">, offsets: Tensor<Shape, "i32"> | undefined, includeLastOffset: boolean): Bags {
  const [count = 0, size = 0] = x.shape;
  if (offsets === undefined) {
    if (x.rank !== 2) {
      throw new ShapeError("EmbeddingBag", { x: x.shape }, "x must be (bags, indices), or a list with offsets");
    }
    const of = new Int32Array(x.size);
    for (let bag = 0; bag < count; bag++) of.fill(bag, bag * size, (bag + 1) * size);
    return { count, of };
  }
  assertTensor("EmbeddingBag", "offsets", offsets);
  if (x.rank !== 1 || offsets.rank !== 1) {
    throw new ShapeError(
      "EmbeddingBag",
      { x: x.shape, offsets: offsets.shape },
      "with offsets, x and offsets must be lists",
    );
  }
  assertWhole("offsets", offsets);
  const all = offsets.data();
  if (includeLastOffset && all.at(-1) !== x.size) {
    const came = { offsets: offsets.shape, last: all.at(-1) ?? "none", x: x.size };
    throw new IndexError("EmbeddingBag", came, "with includeLastOffset the last offset is the length of x");
  }
  const starts = includeLastOffset ? all.subarray(0, -1) : all;
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
    of.fill(bag, start, starts[bag + 1] ?? x.size);
  }
  if (starts.length === 0 && x.size > 0) {
    throw new IndexError("EmbeddingBag", { offsets: 0, x: x.size }, "offsets must ascend from 0, within x");
  }
  return { count: starts.length, of };
}
