/** Numbers for the symbols of a corpus, words or characters, which are the same as long as the process lives. */
const numbers = new Map<string, number>();
/** More symbols than this are forgotten together; numbers mean something within one segment only. */
const MOST = 1 << 20;

function numberOf(symbol: string): number {
  let number = numbers.get(symbol);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(symbol, number);
  }
  return number;
}

/** How often n-grams of one segment come in references and in a hypothesis: a tree of the references' n-grams. */
export class NgramCounts {
  readonly #order: number;
  /** Child nodes by `parent × MOST + symbol`. Node 0 is the root. */
  readonly #children: Map<number, number> = new Map();
  readonly #depths: number[] = [0];
  /** The most that any one reference has of each. */
  readonly #most: number[] = [0];
  #present: number[] = [];

  constructor(order: number) {
    this.#order = order;
    if (numbers.size > MOST / 2) numbers.clear();
  }

  /** Counts a reference's; where several have an n-gram, the one that has most of it counts. */
  add(symbols: readonly string[]): void {
    this.#present = new Array<number>(this.#most.length).fill(0);
    this.#walk(symbols, true);
    for (const [node, count] of this.#present.entries()) this.#most[node] = Math.max(this.#most[node] as number, count);
  }

  /** How many n-grams of a hypothesis the references have too, for each length, each counted at most as often as there. */
  matches(symbols: readonly string[]): number[] {
    this.#present = new Array<number>(this.#most.length).fill(0);
    this.#walk(symbols, false);
    const matches = new Array<number>(this.#order).fill(0);
    for (let node = 1; node < this.#most.length; node++) {
      const at = (this.#depths[node] as number) - 1;
      matches[at] = (matches[at] as number) + Math.min(this.#most[node] as number, this.#present[node] as number);
    }
    return matches;
  }

  #walk(symbols: readonly string[], grows: boolean): void {
    const known = symbols.map(numberOf);
    for (let start = 0; start < known.length; start++) {
      let node = 0;
      for (let at = start; at < known.length && at < start + this.#order; at++) {
        const key = node * MOST + (known[at] as number);
        let child = this.#children.get(key);
        if (child === undefined) {
          if (!grows) break;
          child = this.#most.length;
          this.#children.set(key, child);
          this.#most.push(0);
          this.#present.push(0);
          this.#depths.push((this.#depths[node] as number) + 1);
        }
        this.#present[child] = (this.#present[child] as number) + 1;
        node = child;
      }
    }
  }
}

/** How many n-grams so many symbols have, for each length up to an order. */
export function totals(symbols: number, order: number): number[] {
  return Array.from({ length: order }, (_, at) => Math.max(0, symbols - at));
}
