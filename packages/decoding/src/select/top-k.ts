/**
 * The k best of many scores, in one pass and without sorting: a heap whose root is the worst that is kept, against which
 * each score is compared once. Of equal scores the one that was offered first is better, so results repeat.
 */
export class TopK {
  /** How many are kept. */
  size = 0;
  readonly capacity: number;
  readonly #scores: Float64Array;
  readonly #rows: Int32Array;
  readonly #tokens: Int32Array;
  /** The order of offers, which decides between equal scores. */
  readonly #order: Float64Array;
  #offered = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#scores = new Float64Array(capacity);
    this.#rows = new Int32Array(capacity);
    this.#tokens = new Int32Array(capacity);
    this.#order = new Float64Array(capacity);
  }

  clear(): void {
    this.size = 0;
    this.#offered = 0;
  }

  /**
   * Offers `base + values[i]` for a whole row; −∞ is never kept.
   * @returns the index of a NaN, or −1
   */
  offerRow(row: number, base: number, values: Float32Array): number {
    const { length } = values;
    let threshold = this.#threshold();
    for (let token = 0; token < length; token++) {
      const score = base + (values[token] as number);
      // Written so that NaN, which compares with nothing, is seen without a comparison of its own.
      if (score <= threshold) continue;
      if (score !== score) return token;
      this.#put(score, row, token);
      threshold = this.#threshold();
    }
    return -1;
  }

  /** Offers one score. */
  offer(score: number, row: number, token: number): void {
    if (score > this.#threshold()) this.#put(score, row, token);
  }

  /** Sorts what is kept, best first. It can be read then, and cleared; nothing more can be offered. */
  sort(): void {
    const order = Array.from({ length: this.size }, (_, at) => at);
    order.sort((a, b) => (this.#isWorse(a, b) ? 1 : -1));
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

  #threshold(): number {
    return this.size < this.capacity ? -Infinity : this.capacity === 0 ? Infinity : (this.#scores[0] as number);
  }

  #put(score: number, row: number, token: number): void {
    if (this.size < this.capacity) {
      this.#set(this.size, score, row, token, this.#offered++);
      this.#rise(this.size++);
    } else {
      this.#set(0, score, row, token, this.#offered++);
      this.#sink();
    }
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= this.size) return;
      const child = left + 1 < this.size && this.#isWorse(left + 1, left) ? left + 1 : left;
      if (!this.#isWorse(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isWorse(a: number, b: number): boolean {
    const [first, second] = [this.#scores[a] as number, this.#scores[b] as number];
    return first === second ? (this.#order[a] as number) > (this.#order[b] as number) : first < second;
  }

  #set(at: number, score: number, row: number, token: number, order: number): void {
    this.#scores[at] = score;
    this.#rows[at] = row;
    this.#tokens[at] = token;
    this.#order[at] = order;
  }

  #swap(a: number, b: number): void {
    const [score, row, token, order] = [this.#scores[a], this.#rows[a], this.#tokens[a], this.#order[a]];
    this.#set(
      a,
      this.#scores[b] as number,
      this.#rows[b] as number,
      this.#tokens[b] as number,
      this.#order[b] as number,
    );
    this.#set(b, score as number, row as number, token as number, order as number);
  }
}

function permute(values: Float64Array | Int32Array, order: readonly number[]): void {
  const copy = values.slice(0, order.length);
  for (const [to, from] of order.entries()) values[to] = copy[from] as number;
}
