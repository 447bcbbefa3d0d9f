import { refusePromise } from "../arguments/refuse-promise.ts";
import { ModelError, SearchError } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import type { Guard } from "../model/guard.ts";
import type { Model } from "../model/model.ts";
import { process } from "../processors/processor.ts";
import { RandomStream } from "../random/random-stream.ts";
import { isPossible } from "../select/log-sum-exp.ts";
import type { Follower } from "./follower.ts";
import type { SearchOptions } from "./request.ts";

export interface SpeculativeOptions<State = undefined, DraftState = undefined> extends Omit<
  SearchOptions<State>,
  "prefixes" | "stopSequences" | "minLength"
> {
  /**
   * The model whose outputs are wanted. One that keeps no state judges all that the draft is ahead in one step; one that keeps a
   * state is stepped token by token, as by `sample`, and saves nothing.
   */
  readonly model: Model<State>;
  /** A smaller model of the same vocabulary, with or without a state. */
  readonly draft: Model<DraftState>;
  /** How many tokens the draft is ahead; 4 if left out. */
  readonly ahead?: number;
  readonly seed: number;
}

/** Probabilities after the processors, and the model's own log-probabilities. */
interface Distribution {
  readonly probabilities: Float64Array;
  readonly raw: Float32Array;
}

/** A token of the draft, and what it was drawn from. */
interface Proposal {
  readonly token: number;
  readonly from: Distribution;
}

/** Draws the output of one sentence, some tokens ahead by the draft, and as the model has it. */
export class Speculation<State, DraftState> {
  readonly #op: string;
  readonly #options: SpeculativeOptions<State, DraftState>;
  readonly #sentence: number;
  readonly #target: Follower<State>;
  readonly #draft: Follower<DraftState>;
  readonly #guard: Guard;
  readonly #counts: { accepted: number; drafted: number };
  readonly #stream: RandomStream;
  readonly #prompt: Int32Array;
  readonly #stops: ReadonlySet<number>;
  readonly #tokens: number[] = [];
  readonly #logProbabilities: number[] = [];

  constructor(
    op: string,
    options: SpeculativeOptions<State, DraftState>,
    sentence: number,
    target: Follower<State>,
    draft: Follower<DraftState>,
    guard: Guard,
    counts: { accepted: number; drafted: number },
  ) {
    const { stopTokens = [] } = options;
    this.#op = op;
    this.#options = options;
    this.#sentence = sentence;
    this.#target = target;
    this.#draft = draft;
    this.#guard = guard;
    this.#counts = counts;
    this.#stream = new RandomStream(options.seed, sentence);
    this.#prompt = Int32Array.from(options.prompts[sentence] ?? []);
    this.#stops = new Set(typeof stopTokens === "number" ? [stopTokens] : stopTokens);
  }

  /** @param steps how many steps the model has made */
  async run(steps: () => number): Promise<Hypothesis> {
    const { maxLength, ahead = 4, onStep } = this.#options;
    let isCut = false;
    while (!this.#isDone()) {
      isCut = this.#guard.isSpent(steps());
      if (isCut) break;
      const count = Math.min(ahead, maxLength - this.#tokens.length - 1);
      const proposed: Proposal[] = [];
      for (let at = 0; at < count; at++) {
        const drafted = proposed.map(({ token }) => token);
        const [from] = (await this.#distributions(this.#draft, [[...this.#tokens, ...drafted]])) as [Distribution];
        const token = this.#draw(from.probabilities);
        proposed.push({ token, from });
        if (this.#stops.has(token)) break;
      }
      await this.#take(proposed, await this.#judge(proposed));
      // Tokens that both have seen and that stay: all but the last, which is new to one of them.
      const seen = this.#prompt.length + this.#tokens.length - 1;
      this.#target.keep(seen);
      this.#draft.keep(seen);
      const live = this.#options.prompts.map((_, at) => Number(at === this.#sentence));
      refusePromise(this.#op, "onStep", onStep?.({ steps: steps(), live }));
      await this.#guard.turn();
    }
    const logProbability = this.#logProbabilities.reduce((sum, each) => sum + each, 0);
    const isStop = this.#stops.has(this.#tokens.at(-1) ?? -1);
    return {
      tokens: Int32Array.from(this.#tokens),
      logProbability,
      tokenLogProbabilities: Float64Array.from(this.#logProbabilities),
      score: logProbability,
      ended: isCut ? "budget" : isStop ? "stop token" : "length",
    };
  }

  #isDone(): boolean {
    return this.#tokens.length >= this.#options.maxLength || this.#stops.has(this.#tokens.at(-1) ?? -1);
  }

  /** What the model says of each place: all places in one step, or each when it is asked about. */
  async #judge(proposed: readonly Proposal[]): Promise<(place: number) => Promise<Distribution>> {
    const base = [...this.#tokens];
    const until = (place: number): number[] => [...base, ...proposed.slice(0, place).map(({ token }) => token)];
    if (this.#target.hasState) {
      return async (place) => (await this.#distributions(this.#target, [until(place)]))[0] as Distribution;
    }
    const all = await this.#distributions(
      this.#target,
      Array.from({ length: proposed.length + 1 }, (_, at) => until(at)),
    );
    return (place) => Promise.resolve(all[place] as Distribution);
  }

  /** Takes each proposed token with probability min(1, p ÷ q); in place of the first that is not, draws from what p has more. */
  async #take(proposed: readonly Proposal[], judged: (place: number) => Promise<Distribution>): Promise<void> {
    for (const [at, { token, from }] of proposed.entries()) {
      const { probabilities, raw } = await judged(at);
      this.#counts.drafted++;
      const [p, q] = [probabilities[token] as number, from.probabilities[token] as number];
      if (this.#stream.uniform() * q >= p) {
        const rest = probabilities.map((each, other) => Math.max(0, each - (from.probabilities[other] as number)));
        this.#add(this.#draw(rest), raw);
        return;
      }
      this.#counts.accepted++;
      this.#add(token, raw);
      if (this.#isDone()) return;
    }
    const { probabilities, raw } = await judged(proposed.length);
    this.#add(this.#draw(probabilities), raw);
  }

  #add(token: number, raw: Float32Array): void {
    this.#tokens.push(token);
    this.#logProbabilities.push(raw[token] as number);
  }

  /** By inversion; weights need not add up to 1. */
  #draw(weights: Float64Array): number {
    const total = weights.reduce((sum, each) => sum + each, 0);
    let left = this.#stream.uniform() * total;
    let last = 0;
    for (const [token, weight] of weights.entries()) {
      if (weight === 0) continue;
      last = token;
      left -= weight;
      if (left < 0) break;
    }
    return last;
  }

  /** What may come after each of these outputs. */
  async #distributions<Any>(follower: Follower<Any>, outputs: readonly (readonly number[])[]): Promise<Distribution[]> {
    const rows = await follower.after(outputs.map((tokens) => Int32Array.of(...this.#prompt, ...tokens)));
    const vocabulary = (this.#vocabulary ??= rows.vocabulary);
    if (vocabulary !== rows.vocabulary) {
      throw new ModelError(
        this.#op,
        { vocabulary, other: rows.vocabulary },
        "model and draft must have the same vocabulary",
      );
    }
    const { processors = [], maxLength } = this.#options;
    return outputs.map((tokens, row) => {
      const raw = rows.row(row).slice();
      const values = raw.slice();
      const context = {
        prompt: this.#prompt,
        tokens: Int32Array.from(tokens),
        sentence: this.#sentence,
        maxLength,
        stopTokens: this.#stops,
      };
      process(this.#op, processors, values, context);
      const nan = values.findIndex((value) => !isPossible(value));
      if (nan >= 0) throw rows.nan(row, nan);
      return { raw, probabilities: this.#normal(values) };
    });
  }

  #vocabulary: number | undefined;

  #normal(values: Float32Array): Float64Array {
    const largest = values.reduce((most, each) => Math.max(most, each), -Infinity);
    if (largest === -Infinity) {
      throw new SearchError(
        this.#op,
        { sentence: this.#sentence },
        "the model or the processors forbid every token",
        "loosen a processor",
      );
    }
    const weights = Float64Array.from(values, (value) => Math.exp(value - largest));
    const total = weights.reduce((sum, each) => sum + each, 0);
    return weights.map((weight) => weight / total);
  }
}
