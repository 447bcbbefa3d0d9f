import { SearchError } from "../errors/decoding-error.ts";
import type { Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import type { LengthRule } from "../length/length-rule.ts";
import { RandomStream } from "../random/random-stream.ts";
import { commonPrefix } from "../hypotheses/common-prefix.ts";
import type { Ending } from "./ending.ts";
import { FinishedList } from "./finished.ts";
import type { Candidates } from "../select/candidates.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

export interface SamplingSettings {
  readonly op: string;
  readonly sentence: number;
  readonly samples: number;
  readonly seed: number;
  readonly length: LengthRule;
  readonly ending: Ending;
  readonly prefix: readonly number[];
}

interface Sample {
  readonly node: number;
  readonly sum: number;
  readonly stream: RandomStream;
}

/** Draws outputs of one sentence, each with a stream of random numbers of its own. */
export class Sampling implements RowSearch {
  readonly #settings: SamplingSettings;
  readonly #store: PrefixStore = new PrefixStore();
  readonly #finished: FinishedList;
  /** Before the first step one row stands for all samples. */
  #isStarted = false;
  #live: Sample[];
  /** How likely the tokens that may come are beside the likeliest: used again for each draw. */
  #weights: Float64Array = new Float64Array(0);

  constructor(settings: SamplingSettings) {
    this.#settings = settings;
    this.#finished = new FinishedList(this.#store, settings.samples);
    this.#live = Array.from({ length: settings.samples }, (_, at) => ({
      node: this.#store.root(),
      sum: 0,
      stream: new RandomStream(settings.seed, settings.sentence, at),
    }));
  }

  get rows(): number {
    return this.#isStarted ? this.#live.length : 1;
  }

  token(row: number): number {
    return this.#store.token((this.#live[row] as Sample).node);
  }

  tokens(row: number): Int32Array {
    return this.#store.tokens((this.#live[row] as Sample).node);
  }

  advance(rows: SentenceRows): Int32Array {
    const { ending, prefix } = this.#settings;
    const next: Sample[] = [];
    const parents: number[] = [];
    let values: Float32Array | undefined;
    let possible: Candidates | undefined;
    for (const [at, { node, sum, stream }] of this.#live.entries()) {
      const row = this.#isStarted ? at : 0;
      const isFirst = this.#isStarted || at === 0;
      const depth = this.#store.depth(node);
      let token: number;
      if (depth < prefix.length) {
        if (isFirst || values === undefined) values = rows.row(row);
        token = this.#forced(prefix[depth] as number, values);
      } else {
        if (isFirst || possible === undefined) possible = rows.possible(row);
        token = this.#draw(rows, row, possible, node, stream);
      }
      const logProbability = rows.raw(row)[token] ?? -Infinity;
      const child = { node: this.#store.append(node, token, logProbability), sum: sum + logProbability, stream };
      this.#store.drop(node);
      const end =
        depth + 1 < prefix.length ? undefined : ending.after(this.#store, this.#store.parent(child.node), token);
      if (end === undefined || end === "too early") {
        next.push(child);
        parents.push(row);
      } else this.#finish(child, end);
    }
    this.#isStarted = true;
    this.#live = next;
    return Int32Array.from(parents);
  }

  cut(): void {
    for (const sample of this.#live) this.#finish(sample, "budget");
    this.#isStarted = true;
    this.#live = [];
  }

  finished(): readonly Hypothesis[] {
    return this.#finished.hypotheses(this.#settings.samples);
  }

  agreed(): Int32Array {
    const live = this.#live.map(({ node }) => this.#store.tokens(node));
    return commonPrefix([...live, ...this.finished().map(({ tokens }) => tokens)]);
  }

  #finish({ node, sum }: Sample, ended: Ended): void {
    const { length } = this.#settings;
    const tokens = this.#store.depth(node) - (ended === "stop token" && !length.countsEnd ? 1 : 0);
    this.#finished.add({ node, logProbability: sum, score: length.score(sum, tokens), ended, attention: undefined });
  }

  /** A token of the prefix, if it may come. */
  #forced(token: number, values: Float32Array): number {
    const { op, sentence } = this.#settings;
    const value = values[token];
    if (value !== undefined && value !== -Infinity) return token;
    const came = { sentence, token, vocabulary: values.length };
    throw value === undefined
      ? new SearchError(op, came, "prefixes holds a token that is not in the vocabulary")
      : new SearchError(
          op,
          came,
          "a token of the forced prefix has probability 0",
          "see what the model and the processors forbid",
        );
  }

  /** A token by its probability among those that are possible: by inversion of the distribution function. */
  #draw(rows: SentenceRows, row: number, possible: Candidates, node: number, stream: RandomStream): number {
    const { ending } = this.#settings;
    const isEarly = ending.isEarly(this.#store.depth(node));
    const { tokens, values, count } = possible;
    if (this.#weights.length < count) this.#weights = new Float64Array(tokens.length);
    const weights = this.#weights;
    let largest = -Infinity;
    let last = -1;
    for (let at = 0; at < count; at++) {
      const isTooEarly = isEarly && ending.after(this.#store, node, tokens[at] as number) === "too early";
      const value = isTooEarly ? -Infinity : (values[at] as number);
      weights[at] = value;
      if (value > largest) largest = value;
      if (!isTooEarly) last = at;
    }
    if (last < 0) throw this.#nothingLeft(rows, row, node);
    let total = 0;
    for (let at = 0; at <= last; at++) {
      const weight = Math.exp((weights[at] as number) - largest);
      weights[at] = weight;
      total += weight;
    }
    let left = stream.uniform() * total;
    for (let at = 0; at < last; at++) {
      left -= weights[at] as number;
      if (left < 0) return tokens[at] as number;
    }
    return tokens[last] as number; // whatever rounding leaves
  }

  #nothingLeft(rows: SentenceRows, row: number, node: number): SearchError {
    const guilty = rows.forbiddenBy(row);
    const came = {
      sentence: this.#settings.sentence,
      step: this.#store.depth(node),
      ...(guilty !== undefined && { "nothing is left after": guilty }),
    };
    return rows.raw(row).every((value) => value === -Infinity)
      ? new SearchError(
          this.#settings.op,
          came,
          "step gave −∞ for every token",
          "a model must leave some token possible",
        )
      : new SearchError(
          this.#settings.op,
          came,
          "the processors, or minLength, forbid every token",
          "loosen one of them",
        );
  }
}
