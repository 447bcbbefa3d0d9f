import {
  aliasOf,
  assertString,
  assertTensor,
  assertWhole,
  checkOptions,
  DTypeError,
  fromArray,
  inCall,
  keep,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { subwordBuckets, type SubwordOptions } from "./hash.ts";

/**
 * Vectors of character n-grams, in buckets by their hash, as fastText learns them (Bojanowski et al. 2017): a word that
 * never stood in the text has the mean of its n-grams' vectors.
 */
export class Subwords {
  static readonly name: string = "Subwords";
  readonly options: SubwordOptions;
  /** (buckets, size), f32 or f16. Not to be disposed. */
  readonly rows: Tensor<[number, number], "f32" | "f16">;

  /** @param rows (buckets, size), f32 or f16: the tensor stays its owner's @throws ShapeError, DTypeError, ValueError */
  constructor(rows: Tensor<Shape, "f32" | "f16">, options: Omit<SubwordOptions, "buckets">) {
    const whole = (op: string, name: string, value: unknown): void => assertWhole(op, name, value);
    assertTensor("Subwords", "rows", rows);
    checkOptions("Subwords", options, { minLength: whole, maxLength: whole });
    assertWhole("Subwords", "minLength", options.minLength);
    assertWhole("Subwords", "maxLength", options.maxLength);
    const [buckets] = rows.shape;
    if (rows.rank !== 2 || buckets === undefined)
      throw new ShapeError("Subwords", { rows: rows.shape }, "vectors stand one below the other: (buckets, size)");
    if (rows.dtype !== "f32" && rows.dtype !== "f16") {
      const came: string = rows.dtype;
      throw new DTypeError("Subwords", { dtype: came }, "vectors of n-grams are f32 or f16", 'rows.to("f32")');
    }
    this.options = { ...options, buckets };
    this.rows = keep(aliasOf<[number, number], "f32" | "f16">(rows as Tensor<[number, number], "f32" | "f16">));
  }

  /** How many numbers a vector has. */
  get size(): number {
    return this.rows.shape[1];
  }

  /** The mean of the vectors of a word's n-grams; undefined of one that is too short to have any. */
  vectorOf(word: string): Float32Array | undefined {
    assertString("Subwords.vectorOf", "word", word);
    const buckets = subwordBuckets(word, this.options);
    if (buckets.length === 0) return undefined;
    const index = Int32Array.from(buckets);
    const grams = inCall("Subwords.vectorOf", () =>
      scope(() => this.rows.indexSelect(0, fromArray(index)).to("f32").data()),
    );
    const sum = new Float32Array(this.size);
    for (const [at, each] of grams.entries()) {
      const column = at % this.size;
      sum[column] = (sum[column] ?? 0) + each;
    }
    return sum.map((each) => each / buckets.length);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.rows.dispose();
  }
}
