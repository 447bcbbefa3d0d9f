import { refusePromise } from "../arguments/refuse-promise.ts";
import type { DecodeResult } from "../hypotheses/hypothesis.ts";
import { Guard } from "../model/guard.ts";
import { type Rows, Stepper } from "../model/stepper.ts";
import { ProcessorChain } from "../processors/chain.ts";
import { orderOf, process, type Processor, type ProcessorContext } from "../processors/processor.ts";
import { awaitedTokens } from "./ending.ts";
import type { SearchOptions } from "./request.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

/** What a search needs to know of its sentence. */
export interface Sentence {
  readonly index: number;
  readonly prefix: readonly number[];
}

/** One sentence of the batch: first its prompt is fed, then its search is asked. */
interface Lane {
  readonly index: number;
  readonly prompt: Int32Array;
  readonly search: RowSearch;
  /** The token of the prompt that is fed next. */
  position: number;
}

/** After each step: the searches as they stand, which the next step changes. */
export type Progress = readonly RowSearch[];

/**
 * Steps the searches of all sentences together: one call of `step` for the rows of all, whose states it reorders by row. Sentences
 * whose search has ended leave the batch. A consumer that stops early has everything released.
 */
export async function* drive<State>(
  op: string,
  options: SearchOptions<State>,
  searchFor: (sentence: Sentence) => RowSearch,
): AsyncGenerator<Progress, DecodeResult> {
  const guard = new Guard(op, options);
  const stepper = new Stepper<State>(op, options.model, guard, awaitedTokens(options));
  let state = stepper.initial(options.prompts.length);
  const lanes = options.prompts.map((tokens, index): Lane => {
    const prompt = Int32Array.from(tokens);
    const search = searchFor({ index, prefix: options.prefixes?.[index] ?? [] });
    return { index, prompt, search, position: state === undefined ? prompt.length - 1 : 0 };
  });
  const searches = lanes.map(({ search }) => search);
  const scratch = new Scratch(op, options);
  let active = lanes;
  let isCut = false;
  try {
    while (active.length > 0) {
      if (guard.isSpent(stepper.steps)) {
        isCut = true;
        for (const { search } of active) search.cut();
        break;
      }
      const layout = layoutOf(active);
      const rows = await stepper.step(layout.tokens, state, { sentences: layout.sentences, prefix: layout.prefix });
      keep(rows.state);
      const parents = advance(active, rows, scratch);
      active = active.filter(({ search }) => search.rows > 0);
      if (active.length > 0) keep(stepper.pick(rows.state, Int32Array.from(parents), rows.count));
      const live = searches.map((search) => search.rows);
      refusePromise(op, "onStep", options.onStep?.({ steps: stepper.steps, live }));
      yield searches;
      await guard.turn();
    }
  } finally {
    stepper.release(state);
  }
  return {
    sentences: searches.map((search) => ({ hypotheses: search.finished() })),
    steps: stepper.steps,
    rows: stepper.rows,
    isCut,
    processors: orderOf(options.processors ?? []),
  };

  function keep(next: State): void {
    const before = state;
    state = next;
    stepper.release(before, [next]);
  }
}

/** Runs a search to its end. */
export async function finish<State>(
  op: string,
  options: SearchOptions<State>,
  searchFor: (sentence: Sentence) => RowSearch,
): Promise<DecodeResult> {
  const progress = drive(op, options, searchFor);
  for (;;) {
    const { done, value } = await progress.next();
    if (done === true) return value;
  }
}

/** What each row is: rows of a sentence stand together, sentences in their order. */
function layoutOf(active: readonly Lane[]): {
  tokens: Int32Array;
  sentences: Int32Array;
  prefix: (row: number) => Int32Array;
} {
  const count = active.reduce((sum, lane) => sum + lane.search.rows, 0);
  const [tokens, sentences] = [new Int32Array(count), new Int32Array(count)];
  const owners: { readonly lane: Lane; readonly row: number }[] = [];
  for (const lane of active) {
    for (let row = 0; row < lane.search.rows; row++) {
      sentences[owners.length] = lane.index;
      const isPrompt = lane.position < lane.prompt.length;
      tokens[owners.length] = isPrompt ? (lane.prompt[lane.position] as number) : lane.search.token(row);
      owners.push({ lane, row });
    }
  }
  const prefix = (row: number): Int32Array => {
    const owner = owners[row];
    if (owner === undefined) throw new RangeError(`there is no row ${row}: rows are 0 to ${count - 1}`);
    const { lane } = owner;
    return lane.position < lane.prompt.length - 1
      ? lane.prompt.slice(0, lane.position + 1)
      : joined(lane.prompt, lane.search.tokens(owner.row));
  };
  return { tokens, sentences, prefix };
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** @returns for each row of the next step, the row of this one that it continues */
function advance<State>(active: readonly Lane[], rows: Rows<State>, scratch: Scratch): number[] {
  const parents: number[] = [];
  let offset = 0;
  for (const lane of active) {
    const count = lane.search.rows;
    if (lane.position < lane.prompt.length - 1) {
      lane.position++;
      parents.push(offset);
    } else {
      lane.position = lane.prompt.length;
      for (const parent of lane.search.advance(scratch.rowsOf(lane, rows, offset))) parents.push(offset + parent);
    }
    offset += count;
  }
  return parents;
}

/** Runs the processors over the rows of a step. */
class Scratch {
  readonly #op: string;
  readonly #processors: readonly Processor[];
  readonly #stopTokens: ReadonlySet<number>;
  readonly #maxLength: number;
  readonly #chain: ProcessorChain;

  constructor(op: string, { processors = [], stopTokens = [], maxLength }: Omit<SearchOptions, "model">) {
    this.#op = op;
    this.#processors = processors;
    this.#chain = new ProcessorChain(op, processors);
    this.#stopTokens = new Set(typeof stopTokens === "number" ? [stopTokens] : stopTokens);
    this.#maxLength = maxLength;
  }

  rowsOf<State>({ index, prompt, search }: Lane, rows: Rows<State>, offset: number): SentenceRows {
    const raw = (row: number): Float32Array => rows.row(offset + row);
    const contextOf = (row: number): ProcessorContext => this.#contextOf(index, prompt, search.tokens(row));
    return {
      vocabulary: rows.vocabulary,
      raw,
      row: (row) => (this.#processors.length === 0 ? raw(row) : this.#chain.row(raw(row), contextOf(row))),
      possible: (row) => this.#chain.possible(raw(row), contextOf(row), (token) => rows.nan(offset + row, token)),
      attention: (row) => rows.attention(offset + row),
      forbiddenBy: (row) => this.#forbiddenBy(raw(row), contextOf(row)),
      nan: (row, token) => rows.nan(offset + row, token),
    };
  }

  #contextOf(sentence: number, prompt: Int32Array, tokens: Int32Array): ProcessorContext {
    return { prompt, tokens, sentence, maxLength: this.#maxLength, stopTokens: this.#stopTokens };
  }

  /** Runs the processors one by one, where together they leave nothing. */
  #forbiddenBy(raw: Float32Array, context: ProcessorContext): string | undefined {
    const values = raw.slice();
    const isNothing = (): boolean => values.every((value) => value === -Infinity);
    if (isNothing()) return undefined;
    const last = this.#processors.find((processor) => {
      process(this.#op, [processor], values, context);
      return isNothing();
    });
    return last === undefined ? undefined : orderOf([last]).join(", ");
  }
}
