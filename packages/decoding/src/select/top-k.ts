import { firstAbove, TOGETHER } from "./first-above.ts";

/** A share of two numbers' sizes that is above what rounding makes of their difference and of their sum. */
const ROUNDING = 2 ** -50;

/**
 * The k best of many scores, in one pass and without sorting: a heap whose root is the worst that is kept, against which
 * each score is compared once. Of equal scores that of the lower row is better, and of one row that of the lower token, so
 * results repeat.
 */
export class TopK {
  /** How many are kept. */
  size = 0;
  readonly capacity: number;
  readonly #scores: Float64Array;
  readonly #rows: Int32Array;
  readonly #tokens: Int32Array;
  /** The last threshold at which a score lost its place or found none. */
  #leftOut = -Infinity;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#scores = new Float64Array(capacity);
    this.#rows = new Int32Array(capacity);
    this.#tokens = new Int32Array(capacity);
  }

  clear(): void {
    this.size = 0;
    this.#leftOut = -Infinity;
  }

  /**
   * Offers `base + values[i]` for a whole row, which is higher than all that was offered before; −∞ is never kept.
   * @returns the index of a NaN or +∞, or −1
   */
  offerRow(row: number, base: number, values: Float32Array): number {
    const { length } = values;
    for (let at = firstAbove(values, 0, this.#limit(base)); at < length;) {
      const end = Math.min(at + TOGETHER, length);
      const wrong = this.#offerSome(row, base, values, at, end);
      if (wrong >= 0) return wrong;
      at = firstAbove(values, end, this.#limit(base));
    }
    return -1;
  }

  /** Offers one score. */
  offer(score: number, row: number, token: number): void {
    const threshold = this.threshold;
    const isTie = score === threshold && this.size > 0 && score > -Infinity;
    if (score > threshold || (isTie && this.#isBefore(row, token))) this.#put(score, row, token);
  }

  /** The worst score that is kept, −∞ while there is room for more. */
  get threshold(): number {
    return this.size < this.capacity ? -Infinity : this.capacity === 0 ? Infinity : (this.#scores[0] as number);
  }

  /** Whether a score of a row that was not kept is as good as the worst that was. */
  get isTied(): boolean {
    return this.#leftOut === this.threshold && this.#leftOut > -Infinity;
  }

  /** Sorts what is kept, best first. It can be read then, and cleared; nothing more can be offered. */
  sort(): void {
    const order = Array.from({ length: this.size }, (_, at) => at);
    order.sort((a, b) => (this.#isWorse(a, this.score(b), this.row(b), this.token(b)) ? 1 : -1));
    permute(this.#scores, order);
    permute(this.#rows, order);
    permute(this.#tokens, order);
  }

  score(at: number): number {
    return this.#scores[at] as number;
  }

  row(at: number): number {
    return this.#rows[at] as number;
  }

  token(at: number): number {
    return this.#tokens[at] as number;
  }

  /** No value up to this makes with `base` a score above the threshold, however the sum is rounded. */
  #limit(base: number): number {
    const threshold = this.threshold;
    if (threshold === -Infinity) return -Infinity;
    return threshold - base - ROUNDING * (Math.abs(threshold) + Math.abs(base)) - Number.MIN_VALUE; // of 0 no share is left
  }

  #offerSome(row: number, base: number, values: Float32Array, from: number, to: number): number {
    let threshold = this.threshold;
    for (let token = from; token < to; token++) {
      const score = base + (values[token] as number);
      if (score <= threshold) {
        if (score === threshold) this.#leftOut = score;
        continue;
      }
      if (!(score < Infinity)) return token;
      this.#put(score, row, token);
      threshold = this.threshold;
    }
    return -1;
  }

  /** Whether this place is before that of the worst that is kept. */
  #isBefore(row: number, token: number): boolean {
    const worst = this.#rows[0] as number;
    return row === worst ? token < (this.#tokens[0] as number) : row < worst;
  }

  #put(score: number, row: number, token: number): void {
    if (this.size < this.capacity) this.#rise(this.size++, score, row, token);
    else {
      this.#leftOut = this.threshold;
      this.#sink(score, row, token);
    }
  }

  /** Puts it on a free place, or above it where parents are better. */
  #rise(from: number, score: number, row: number, token: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isWorse(parent, score, row, token)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, score, row, token);
  }

  /** Puts it in the root's place, or below it where children are worse. */
  #sink(score: number, row: number, token: number): void {
    const { size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (
        right < size &&
        this.#isWorse(right, this.#scores[child] as number, this.#rows[child] as number, this.#tokens[child] as number)
      ) {
        child = right;
      }
      if (!this.#isWorse(child, score, row, token)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, score, row, token);
  }

  /** Whether the one on a place is worse than another. */
  #isWorse(at: number, score: number, row: number, token: number): boolean {
    const own = this.#scores[at] as number;
    if (own !== score) return own < score;
    const ownRow = this.#rows[at] as number;
    return ownRow === row ? (this.#tokens[at] as number) > token : ownRow > row;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#scores[from] as number, this.#rows[from] as number, this.#tokens[from] as number);
  }

  #set(at: number, score: number, row: number, token: number): void {
    this.#scores[at] = score;
    this.#rows[at] = row;
    this.#tokens[at] = token;
  }
}

function permute(values: Float64Array | Int32Array, order: readonly number[]): void {
  const copy = values.slice(0, order.length);
  for (const [to, from] of order.entries()) values[to] = copy[from] as number;
}
