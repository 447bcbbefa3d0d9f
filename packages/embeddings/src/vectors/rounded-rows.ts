import type { Tensor } from "@unfoldjs/tensor-core";
import { type NearestRows, RowStore } from "./row-store.ts";

/** How many times as many candidates are taken where the first were too few. */
const MORE = 4;

/**
 * Rows rounded to i8, by which the best of the rows themselves are found for certain while a quarter of the memory is read.
 *
 * With r for what is left of a row v, and ‖q‖ = 1, the cosines q·v / ‖v‖ and q·r / ‖v‖ differ by at most ‖v − r‖ / ‖v‖
 * (Cauchy–Schwarz), and the largest of these is known. A row that is no candidate is thus better than the last candidate by no more than
 * that: where the last of the wanted ones is better still, none was missed.
 */
export class RoundedRows {
  private readonly rows: RowStore;
  private readonly rounded: RowStore;
  /** Candidates for each that is wanted. */
  private readonly factor: number;
  /** By how much a cosine can exceed that of the rounded row as it is computed; NaN if a row is not finite. */
  private readonly margin: number;

  /** @param rows f32 or f16: they stay their owner's */
  constructor(rows: RowStore, factor: number) {
    this.rows = rows;
    this.factor = factor;
    const lengths = rows.lengths(); // refuses rows that are not finite before there is memory to give back
    const bytes = rows.to("i8");
    this.rounded = new RowStore("WordVectors", bytes.rows, bytes.scales, lengths);
    bytes.dispose();
    try {
      this.margin = largestLoss(rows, this.rounded) + roundingOfProducts(rows.size);
    } catch (error) {
      this.rounded.dispose();
      throw error;
    }
  }

  /**
   * What `rows.nearest` gives, to the last bit; undefined where that cannot be said of so many candidates.
   * @param query (1, size), f32, of length 1
   */
  nearest(query: Tensor, wanted: number, among: number): NearestRows | undefined {
    for (const factor of [this.factor, MORE * this.factor]) {
      const count = Math.min(among, wanted * factor);
      const found = this.rounded.nearest(query, count, among)[0];
      const last = found?.similarities[count - 1];
      if (found === undefined || last === undefined) return undefined;
      const best = this.rows.nearestAmong(query, wanted, found.indices.toSorted())[0];
      const least = best?.similarities[wanted - 1];
      if (least !== undefined && (count === among || least > last + this.margin)) return best;
    }
    return undefined;
  }

  dispose(): void {
    this.rounded.dispose();
  }
}

/** The largest ‖v − r‖ / ‖v‖. */
function largestLoss(rows: RowStore, rounded: RowStore): number {
  const lengths = rows.lengths();
  let largest = 0;
  rows.forEachBlock(rows.count, (block, start, end) => {
    const losses = block.sub(rounded.block(start, end)).square().sum(1).sqrt().data();
    for (const [at, loss] of losses.entries()) {
      const length = lengths[start + at] ?? 0;
      largest = Math.max(largest, length === 0 ? loss : loss / length); // NaN stays
    }
  });
  return largest;
}

/**
 * How far the products of both searches can be from what they are of, of vectors of length 1: `similarRows` rounds a query to
 * whole numbers whose sums of products with bytes stay below 2³¹, and sums of f32 round at each of their terms.
 */
function roundingOfProducts(size: number): number {
  const most = Math.min(32_767, Math.floor(2 ** 31 / (128 * Math.max(1, size))));
  return (0.5 * Math.sqrt(size)) / most + size * 2 ** -22;
}
