import { firstAbove, TOGETHER } from "./first-above.ts";
import { isPossible } from "./log-sum-exp.ts";
import { TopK } from "./top-k.ts";

/** One value of so many is looked at to guess above which value the likeliest are. */
const STRIDE = 16;

/** Some tokens of a row, in their order, and their values. The arrays are used again, and may be longer than `count`. */
export class Candidates {
  count = 0;
  tokens: Int32Array = new Int32Array(0);
  values: Float32Array = new Float32Array(0);
  #sampled: Float32Array = new Float32Array(0);
  #best: TopK = new TopK(0);

  /**
   * Takes all tokens of a row above `limit`.
   * @returns the index of a NaN or +∞, which nothing is taken of, or −1
   */
  takeAbove(row: Float32Array, limit: number): number {
    if (this.tokens.length < row.length) {
      this.tokens = new Int32Array(row.length);
      this.values = new Float32Array(row.length);
    }
    const { tokens, values } = this;
    let count = 0;
    for (let at = firstAbove(row, 0, limit); at < row.length; at = firstAbove(row, at, limit)) {
      for (const end = Math.min(at + TOGETHER, row.length); at < end; at++) {
        const value = row[at] as number;
        if (value <= limit) continue;
        if (!isPossible(value)) return at;
        tokens[count] = at;
        values[count++] = value;
      }
    }
    this.count = count;
    return -1;
  }

  /**
   * Takes the `least` likeliest tokens of a row and some more, or all that are possible where they are fewer.
   * @returns a value that no token which is left out is above; NaN if the row holds NaN or +∞
   */
  takeLikeliest(row: Float32Array, least: number): number {
    const limit = this.#guess(row, least);
    if (this.takeAbove(row, limit) >= 0) return NaN;
    if (this.count >= least || limit === -Infinity) return limit;
    return this.takeAbove(row, -Infinity) >= 0 ? NaN : -Infinity;
  }

  /** Leaves out what has become impossible. */
  drop(): void {
    const { tokens, values } = this;
    let count = 0;
    for (let at = 0; at < this.count; at++) {
      if (values[at] === -Infinity) continue;
      tokens[count] = tokens[at] as number;
      values[count++] = values[at] as number;
    }
    this.count = count;
  }

  /** A value that half as many again as `least` and some dozens are above, and hardly ever fewer than `least`; −∞ where a guess would save little. */
  #guess(row: Float32Array, least: number): number {
    const sampled = Math.floor(row.length / STRIDE);
    const rank = Math.ceil((1.5 * least) / STRIDE) + 4;
    if (sampled < 8 * rank) return -Infinity;
    if (this.#sampled.length !== sampled) this.#sampled = new Float32Array(sampled);
    if (this.#best.capacity !== rank) this.#best = new TopK(rank);
    for (let at = 0; at < sampled; at++) this.#sampled[at] = row[at * STRIDE] as number;
    this.#best.clear();
    return this.#best.offerRow(0, 0, this.#sampled) < 0 ? this.#best.threshold : -Infinity;
  }
}
