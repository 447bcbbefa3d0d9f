import {
  aliasOf,
  DTypeError,
  fromArray,
  keep,
  NonFiniteError,
  scope,
  type Shape,
  ShapeError,
  similarRows,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

/** How the elements of vectors are stored: 4, 2 or 1 bytes each. */
export type Storage = "f32" | "f16" | "i8";

/** Vectors one below the other, (rows, size). */
export type Rows = Tensor<[number, number], Storage>;

/** The rows that are most like a query, best first. */
export interface NearestRows {
  readonly indices: Int32Array;
  readonly similarities: Float32Array;
}

/** Rows that are turned to f32 together: 6 MB of 100 features. */
const BLOCK = 16_384;
/** From here on a number becomes infinite in f16. */
const BEYOND_F16 = 65_520;
/** The largest i8 that is used: both signs reach it. */
const MOST = 127;

function bestOf(queries: Tensor, rows: Rows, scale: Tensor<[number]>, k: number): readonly NearestRows[] {
  const { values, indices } = similarRows(queries, rows, k, { scale });
  const [similarities, places] = [values.data(), indices.data()];
  return Array.from({ length: queries.shape[0] ?? 0 }, (_, at) => ({
    indices: places.subarray(at * k, (at + 1) * k),
    similarities: similarities.subarray(at * k, (at + 1) * k),
  }));
}

/** Rows of one dtype with what a search needs of them: their lengths, and of i8 rows what one step is worth. */
export class RowStore {
  readonly count: number;
  readonly size: number;
  readonly dtype: Storage;
  /** (rows, size) */
  readonly rows: Rows;
  /** What one step of each i8 row is worth. */
  readonly scales: Float32Array | undefined;
  /** Lengths ‖row‖₂ as they are known, or not yet. */
  private known: Float32Array | undefined;
  /** (rows), f32: what a product with a row as it is stored is multiplied by to be one with a vector of length 1. */
  private toUnit: Tensor<[number]> | undefined;

  /**
   * @param rows (rows, size), of which this becomes another owner @param scales for i8 rows alone
   * @throws ShapeError, DTypeError
   */
  constructor(op: string, rows: Tensor<Shape, Storage>, scales?: Float32Array, lengths?: Float32Array) {
    const [count, size] = rows.shape;
    if (count === undefined || size === undefined || rows.rank !== 2) {
      throw new ShapeError(op, { rows: rows.shape }, "vectors stand one below the other: (words, size)");
    }
    if (rows.dtype !== "f32" && rows.dtype !== "f16" && rows.dtype !== "i8") {
      const came: string = rows.dtype;
      throw new DTypeError(op, { rows: rows.shape, dtype: came }, "vectors are f32, f16 or i8", 'rows.to("f32")');
    }
    if ((rows.dtype === "i8") !== (scales !== undefined)) {
      throw new DTypeError(
        op,
        { dtype: rows.dtype, scales: scales === undefined ? "none" : scales.length },
        "i8 vectors need a scale for each row, and others have none",
      );
    }
    for (const [name, each] of Object.entries({ scales, lengths })) {
      if (each === undefined || each.length === count) continue;
      throw new ShapeError(op, { rows: rows.shape, [name]: [each.length] }, `there must be as many ${name} as rows`);
    }
    this.count = count;
    this.size = size;
    this.dtype = rows.dtype;
    this.rows = keep(aliasOf<[number, number], Storage>(rows as Rows));
    this.scales = scales;
    this.known = lengths;
  }

  /** ‖row‖₂ of each. */
  lengths(): Float32Array {
    this.known ??= this.measure();
    return this.known;
  }

  /** Rows by number, as f32: (indices, size). */
  gather(indices: ArrayLike<number>): Tensor<[number, number]> {
    const index = Int32Array.from(indices);
    return scope(() => {
      return this.asFloats(this.rows.indexSelect(0, fromArray(index)), index);
    });
  }

  /** Rows start … end − 1 as f32. */
  block(start: number, end: number): Tensor<[number, number]> {
    return scope(() => {
      const part: Rows = this.rows.slice(0, start, end);
      if (this.dtype !== "i8") return part.to("f32");
      const numbers = Int32Array.from({ length: end - start }, (_, at) => start + at);
      return this.asFloats(part, numbers);
    });
  }

  /** Calls `f` with the first rows as f32, some at a time; what it makes is freed. */
  forEachBlock(among: number, f: (rows: Tensor<[number, number]>, start: number, end: number) => void): void {
    for (let start = 0; start < among; start += BLOCK) {
      const end = Math.min(among, start + BLOCK);
      scope(() => f(this.block(start, end), start, end));
    }
  }

  /** Of each query the `k` among the first rows with the largest cosines. @param queries (queries, size), f32, of length 1 */
  nearest(queries: Tensor, k: number, among: number = this.count): readonly NearestRows[] {
    return scope(() => bestOf(queries, this.rows.slice(0, 0, among), this.unitScale().slice(0, 0, among), k));
  }

  /** The same among the rows of these numbers, in ascending order: equal rows have equal cosines in both, to the last bit. */
  nearestAmong(queries: Tensor, k: number, numbers: Int32Array): readonly NearestRows[] {
    return scope(() => {
      const index = fromArray(numbers);
      const found = bestOf(queries, this.rows.indexSelect(0, index), this.unitScale().indexSelect(0, index), k);
      return found.map(({ indices, similarities }) => ({
        indices: indices.map((at) => numbers[at] ?? 0),
        similarities,
      }));
    });
  }

  /** Cosines of each query with each of the first rows, a list for each query. @param queries (queries, size), f32, of length 1 */
  cosines(queries: Tensor, among: number = this.count): Float32Array[] {
    const all = Array.from({ length: queries.shape[0] ?? 0 }, () => new Float32Array(among));
    const lengths = this.lengths();
    this.forEachBlock(among, (rows, start, end) => {
      const products = queries.matmul(rows.transpose()).data();
      const width = end - start;
      for (const [query, cosines] of all.entries()) {
        for (let at = 0; at < width; at++) {
          const length = lengths[start + at] ?? 0;
          cosines[start + at] = length === 0 ? 0 : (products[query * width + at] ?? 0) / length;
        }
      }
    });
    return all;
  }

  /** The same vectors in another dtype. @throws ValueError on numbers that f16 has not */
  to(dtype: Storage): RowStore {
    if (dtype === this.dtype) return new RowStore("WordVectors", this.rows, this.scales, this.known);
    if (dtype === "i8") return this.rounded();
    if (dtype === "f16") this.assertFitsF16();
    return scope(() => {
      if (this.dtype === "f32") return new RowStore("WordVectors", this.rows.to(dtype));
      return new RowStore("WordVectors", this.block(0, this.count).to(dtype));
    });
  }

  dispose(): void {
    this.rows.dispose();
    this.toUnit?.dispose();
    this.toUnit = undefined;
  }

  /** Each row in steps of its largest magnitude / 127, rounded to the nearest. */
  private rounded(): RowStore {
    const bytes = new Int8Array(this.count * this.size);
    const scales = new Float32Array(this.count);
    this.forEachBlock(this.count, (rows, start, end) => {
      rows.borrow((view) => {
        for (let row = 0; row < end - start; row++) {
          let most = 0;
          for (let at = row * this.size; at < (row + 1) * this.size; at++)
            most = Math.max(most, Math.abs(view[at] ?? 0));
          const scale = Math.fround(most / MOST);
          scales[start + row] = scale;
          const to = (start + row) * this.size;
          const by = scale === 0 ? 0 : 1 / scale;
          for (let at = 0; at < this.size; at++) {
            bytes[to + at] = Math.round((view[row * this.size + at] ?? 0) * by);
          }
        }
      });
    });
    return scope(() => new RowStore("WordVectors", fromArray(bytes, [this.count, this.size]), scales));
  }

  private asFloats(rows: Rows, index: Int32Array): Tensor<[number, number]> {
    const floats = rows.to("f32");
    const { scales } = this;
    if (scales === undefined) return floats;
    const steps = fromArray(Float32Array.from(index, (row) => scales[row] ?? 0));
    return floats.mul(steps.unsqueeze(1));
  }

  private measure(): Float32Array {
    const lengths = new Float32Array(this.count);
    this.forEachBlock(this.count, (rows, start) => lengths.set(rows.square().sum(1).sqrt().data(), start));
    // NaN would be the best of all in any search.
    const row = lengths.findIndex((length) => !Number.isFinite(length));
    if (row < 0) return lengths;
    throw new NonFiniteError(
      "WordVectors",
      { row, length: lengths[row] ?? NaN },
      "a vector has a length that is finite",
    );
  }

  private assertFitsF16(): void {
    let most = 0;
    this.forEachBlock(this.count, (rows) => (most = Math.max(most, rows.size === 0 ? 0 : rows.abs().max().item())));
    if (!(most >= BEYOND_F16)) return;
    const fix = 'to("i8") has a scale for each word';
    throw new ValueError("WordVectors", { largest: most }, "vectors in f16 hold numbers up to 65504", fix);
  }

  private unitScale(): Tensor<[number]> {
    const { scales } = this;
    const lengths = this.lengths();
    this.toUnit ??= keep(
      fromArray(Float32Array.from(lengths, (length, row) => (length === 0 ? 0 : (scales?.[row] ?? 1) / length))),
    );
    return this.toUnit;
  }
}
