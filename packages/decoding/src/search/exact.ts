import * as check from "../arguments/checks.ts";
import { SearchError } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import { bestScore, type LengthRule, sumRule } from "../length/length-rule.ts";
import { Guard } from "../model/guard.ts";
import { lengthRule } from "./beam.ts";
import { Ending } from "./ending.ts";
import { checkSearch, type SearchOptions } from "./request.ts";
import { SentenceSteps } from "./sentence-steps.ts";

export interface ExactOptions<State = undefined> extends Omit<SearchOptions<State>, "prefixes"> {
  /** What is to be best; the sum of log-probabilities if left out. */
  readonly length?: LengthRule;
  /** For each sentence a score that is known to be reached, such as a beam's: only better outputs are looked for. */
  readonly known?: readonly number[];
}

/** What an exact search found out about one sentence. */
export interface ExactResult {
  /** The best output; undefined if none is better than what was known. */
  readonly best: Hypothesis | undefined;
  /** True if it is certain that no output is better. */
  readonly isOptimal: boolean;
  /** No output is better than this: the best score if it is certain, more than that if a budget ran out. */
  readonly bound: number;
  /** How many hypotheses the model was asked about. */
  readonly expanded: number;
}

/** More than rounding makes of log 1. */
const POSITIVE = 1e-3;

const own: check.Checks<Pick<ExactOptions, "length" | "known">> = {
  length: lengthRule,
  known: check.list(check.number, "an array of one score for each prompt"),
};

/**
 * Exact search: depth first, leaving out whatever cannot become better than the best so far (Stahlberg & Byrne 2019). It ends
 * with a certificate that nothing better exists, or says how far it got when a budget ran out (`maxSteps` and `maxMilliseconds` hold
 * for all sentences together). Hypotheses are stepped one at a time; without a good `known` it may take very long.
 * @throws SearchError if a log-probability is above 0, for then no bound holds; otherwise as `beamSearch`
 */
export async function exactSearch<State = undefined>(options: ExactOptions<State>): Promise<ExactResult[]> {
  const op = "exactSearch";
  checkSearch(op, options as ExactOptions<unknown>, own as never);
  const guard = new Guard(op, options);
  const steps = new SentenceSteps<State>(op, options, guard);
  const results: ExactResult[] = [];
  for (const sentence of options.prompts.keys()) {
    results.push(await new DepthFirst(op, options, steps, guard, sentence).search());
  }
  return results;
}

/** A hypothesis whose continuations are being looked through, likeliest first. */
interface Frame<State> {
  readonly node: number;
  readonly sum: number;
  readonly state: State;
  readonly values: Float32Array;
  readonly order: Int32Array;
  next: number;
}

class DepthFirst<State> {
  readonly #op: string;
  readonly #steps: SentenceSteps<State>;
  readonly #guard: Guard;
  readonly #sentence: number;
  readonly #rule: LengthRule;
  readonly #ending: Ending;
  readonly #store: PrefixStore = new PrefixStore();
  readonly #stack: Frame<State>[] = [];
  #score: number;
  #best: Hypothesis | undefined;
  #expanded = 0;

  constructor(op: string, options: ExactOptions<State>, steps: SentenceSteps<State>, guard: Guard, sentence: number) {
    this.#op = op;
    this.#steps = steps;
    this.#guard = guard;
    this.#sentence = sentence;
    this.#rule = options.length ?? sumRule();
    this.#ending = new Ending(options);
    this.#score = options.known?.[sentence] ?? -Infinity;
  }

  async search(): Promise<ExactResult> {
    const { stepper } = this.#steps;
    try {
      if (this.#guard.isSpent(stepper.steps)) return this.#result(Infinity);
      const { values, state } = await this.#steps.prompt(this.#sentence, this.#steps.begin(this.#sentence));
      this.#steps.orGiveBack(state, undefined, () => this.#push(this.#store.root(), 0, values, state));
      for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
        const token = frame.next < frame.order.length ? (frame.order[frame.next] as number) : -1;
        if (token < 0 || this.#bound(frame, token) <= this.#score) {
          // Those after it are less likely still.
          this.#pop();
          continue;
        }
        if (this.#guard.isSpent(stepper.steps))
          return this.#result(Math.max(...this.#stack.map((each) => this.#open(each))));
        frame.next++;
        const sum = frame.sum + (frame.values[token] as number);
        const node = this.#store.append(frame.node, token, sum - frame.sum);
        const after = await this.#steps.expand(this.#sentence, this.#store.tokens(node), frame.state);
        this.#steps.orGiveBack(after.state, frame.state, () => this.#push(node, sum, after.values, after.state));
        await this.#guard.turn();
      }
      return this.#result(this.#score);
    } finally {
      while (this.#stack.length > 0) this.#pop();
    }
  }

  /** Looks at the tokens that end the hypothesis, and sorts those that go on. */
  #push(node: number, sum: number, values: Float32Array, state: State): void {
    this.#expanded++;
    const goesOn: number[] = [];
    for (let token = 0; token < values.length; token++) {
      const value = values[token] as number;
      if (value > POSITIVE) throw this.#positive(token, value);
      if (value === -Infinity) continue;
      const end = this.#ending.after(this.#store, node, token);
      if (end === undefined) goesOn.push(token);
      else if (end !== "too early") {
        const length = this.#store.depth(node) + (end === "stop token" && !this.#rule.countsEnd ? 0 : 1);
        const score = this.#rule.score(sum + value, length);
        if (score <= this.#score) continue;
        const complete = this.#store.append(node, token, value);
        this.#score = score;
        this.#best = {
          tokens: this.#store.tokens(complete),
          logProbability: sum + value,
          tokenLogProbabilities: this.#store.logProbabilities(complete),
          score,
          ended: end,
        };
        this.#store.drop(complete);
      }
    }
    const order = Int32Array.from(goesOn).sort((a, b) => (values[b] as number) - (values[a] as number));
    this.#stack.push({ node, sum, state, values, order, next: 0 });
  }

  #pop(): void {
    const frame = this.#stack.pop() as Frame<State>;
    this.#steps.stepper.release(
      frame.state,
      this.#stack.map(({ state }) => state),
    );
    this.#store.drop(frame.node);
  }

  /** The best that may become of a hypothesis with this token. */
  #bound({ node, sum, values }: Frame<State>, token: number): number {
    const length = this.#store.depth(node) + 1;
    const least = this.#rule.countsEnd ? length + 1 : length;
    return bestScore(this.#rule, sum + (values[token] as number), least, this.#ending.maxLength);
  }

  /** The best that may become of what a frame has not looked at. */
  #open(frame: Frame<State>): number {
    return frame.next < frame.order.length ? this.#bound(frame, frame.order[frame.next] as number) : -Infinity;
  }

  #result(bound: number): ExactResult {
    const isOptimal = bound <= this.#score;
    return { best: this.#best, isOptimal, bound: Math.max(bound, this.#score), expanded: this.#expanded };
  }

  #positive(token: number, value: number): SearchError {
    const came = { sentence: this.#sentence, token, "log-probability": value };
    return new SearchError(
      this.#op,
      came,
      "a log-probability is above 0, so that no bound holds",
      "leave out processors that raise values",
    );
  }
}
