import { Candidates } from "../select/candidates.ts";
import { isPossible } from "../select/log-sum-exp.ts";
import { onFew } from "./few.ts";
import { process, type Processor, type ProcessorContext } from "./processor.ts";

/**
 * The processors of a search, run over one row after another. Where they end with a top-k and filters that look at values alone,
 * as those of sampling do, these work on few candidates in place of the row: what is left is the same to the last bit.
 */
export class ProcessorChain {
  readonly #op: string;
  readonly #processors: readonly Processor[];
  /** Those that see a whole row first, if others come after them that need none. */
  readonly #before: readonly Processor[];
  /** Those that change single values and keep their order; then the top-k; then filters. */
  readonly #monotone: readonly Processor[];
  readonly #top: Processor | undefined;
  readonly #filters: readonly Processor[];
  readonly #candidates: Candidates = new Candidates();
  #values: Float32Array = new Float32Array(0);

  constructor(op: string, processors: readonly Processor[]) {
    this.#op = op;
    this.#processors = processors;
    const all = processors.flatMap((processor) => onFew(processor)?.parts ?? [processor]);
    const filters = all.length - suffix(all, (each) => onFew(each) !== undefined);
    const top = all.findIndex((each, at) => at >= filters && onFew(each)?.keeps !== undefined);
    const first = top - suffix(all.slice(0, Math.max(0, top)), (each) => onFew(each)?.isMonotone === true);
    this.#before = all.slice(0, Math.max(0, first));
    this.#monotone = all.slice(Math.max(0, first), Math.max(0, top));
    this.#top = all[top];
    this.#filters = all.slice(top + 1);
  }

  /** A row after the processors, valid until the next is asked for. */
  row(raw: Float32Array, context: ProcessorContext): Float32Array {
    if (this.#processors.length === 0) return raw;
    const values = this.#copy(raw);
    process(this.#op, this.#processors, values, context);
    return values;
  }

  /**
   * The tokens that are possible after the processors, valid until the next are asked for.
   * @param wrong makes the error for a token whose value is NaN or +∞
   */
  possible(raw: Float32Array, context: ProcessorContext, wrong: (token: number) => Error): Candidates {
    const candidates = this.#candidates;
    let values = raw;
    if (this.#top === undefined) values = this.row(raw, context);
    else {
      if (this.#before.length > 0) {
        values = this.#copy(raw);
        process(this.#op, this.#before, values, context);
      }
      if (this.#narrow(this.#top, values, context)) return candidates;
      if (values === raw) values = this.#copy(raw);
      process(this.#op, [...this.#monotone, this.#top, ...this.#filters], values, context);
    }
    const token = candidates.takeAbove(values, -Infinity);
    if (token >= 0) throw wrong(token);
    return candidates;
  }

  /** @returns false where that must see the whole row: for NaN and +∞, and for ties with what was left out */
  #narrow(top: Processor, row: Float32Array, context: ProcessorContext): boolean {
    const candidates = this.#candidates;
    const bound = Float32Array.of(candidates.takeLikeliest(row, onFew(top)?.keeps ?? 0));
    if (Number.isNaN(bound[0])) return false;
    const values = candidates.values.subarray(0, candidates.count);
    for (const processor of this.#monotone) {
      processor(values, context);
      processor(bound, context); // no token that was left out is above it, before and after
    }
    if (!areAllPossible(values)) return false;
    top(values, context);
    if (isAnyUpTo(bound[0] as number, values)) return false;
    for (const processor of this.#filters) {
      processor(values, context);
      if (!areAllPossible(values)) return false;
    }
    candidates.drop();
    return true;
  }

  #copy(raw: Float32Array): Float32Array {
    if (this.#values.length !== raw.length) this.#values = new Float32Array(raw.length);
    this.#values.set(raw);
    return this.#values;
  }
}

// Loops, since calls of a function for each value take longer than the filters.

function areAllPossible(values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) if (!isPossible(values[at] as number)) return false;
  return true;
}

/** Whether one that is possible is not above `limit`. */
function isAnyUpTo(limit: number, values: Float32Array): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value <= limit && value > -Infinity) return true;
  }
  return false;
}

/** How many of the last elements are such ones. */
function suffix<Item>(items: readonly Item[], isSuch: (item: Item) => boolean): number {
  return items.length - 1 - items.findLastIndex((item) => !isSuch(item));
}
