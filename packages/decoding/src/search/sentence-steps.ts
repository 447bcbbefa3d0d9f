import { process } from "../processors/processor.ts";
import { refusePromise } from "../arguments/refuse-promise.ts";
import { isPossible } from "../select/log-sum-exp.ts";
import type { Guard } from "../model/guard.ts";
import { Stepper } from "../model/stepper.ts";
import { awaitedTokens } from "./ending.ts";
import type { SearchOptions } from "./request.ts";

/** A hypothesis of one sentence after a step: what may come next, and the state to go on from. */
export interface Expanded<State> {
  /** After the processors; its own copy. */
  readonly values: Float32Array;
  readonly state: State;
  readonly attention: Float32Array | undefined;
}

/** Steps of one hypothesis at a time, from any state that was reached before: for searches that go back. */
export class SentenceSteps<State> {
  readonly stepper: Stepper<State>;
  readonly #op: string;
  readonly #options: SearchOptions<State>;

  constructor(op: string, options: SearchOptions<State>, guard: Guard) {
    this.#op = op;
    this.#options = options;
    this.stepper = new Stepper(op, options.model, guard, awaitedTokens(options));
  }

  /** The state of one sentence before its first step. */
  begin(sentence: number): State {
    const { prompts } = this.#options;
    return this.stepper.pick(this.stepper.initial(prompts.length), Int32Array.of(sentence), prompts.length);
  }

  /** Feeds a prompt, and gives what may come first. */
  async prompt(sentence: number, state: State): Promise<Expanded<State>> {
    const tokens = Int32Array.from(this.#options.prompts[sentence] ?? []);
    let reached = state;
    try {
      for (let at = state === undefined ? tokens.length - 1 : 0; at < tokens.length - 1; at++) {
        const next = await this.#step(sentence, tokens[at] as number, reached, tokens.slice(0, at + 1));
        const before = reached;
        reached = next.state;
        this.stepper.release(before, [reached]);
      }
      const expanded = await this.expand(sentence, new Int32Array(0), reached);
      const before = reached;
      reached = expanded.state;
      this.stepper.release(before, [reached]);
      return expanded;
    } catch (error) {
      this.stepper.release(reached);
      throw error;
    }
  }

  /** What may come after `tokens`, from the state before the last of them (of the prompt, if there are none). */
  async expand(sentence: number, tokens: Int32Array, state: State): Promise<Expanded<State>> {
    const { processors = [], stopTokens = [], maxLength } = this.#options;
    const prompt = Int32Array.from(this.#options.prompts[sentence] ?? []);
    const prefix = Int32Array.of(...prompt, ...tokens);
    const stops = new Set(typeof stopTokens === "number" ? [stopTokens] : stopTokens);
    const context = { prompt, tokens, sentence, maxLength, stopTokens: stops };
    return this.#step(sentence, prefix.at(-1) as number, state, prefix, (values) =>
      process(this.#op, processors, values, context),
    );
  }

  /** Whatever throws, a state that nobody has seen yet is given back. */
  orGiveBack(made: State, before: State | undefined, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.stepper.release(made, before === undefined ? [] : [before]);
      throw error;
    }
  }

  async #step(
    sentence: number,
    token: number,
    state: State,
    prefix: Int32Array,
    change: (values: Float32Array) => void = () => {},
  ): Promise<Expanded<State>> {
    const context = { sentences: Int32Array.of(sentence), prefix: () => prefix };
    const rows = await this.stepper.step(Int32Array.of(token), state, context);
    const values = rows.row(0).slice();
    const { onStep, prompts } = this.#options;
    this.orGiveBack(rows.state, state, () => {
      change(values);
      const nan = values.findIndex((value) => !isPossible(value));
      if (nan >= 0) throw rows.nan(0, nan);
      const live = prompts.map((_, at) => Number(at === sentence));
      refusePromise(this.#op, "onStep", onStep?.({ steps: this.stepper.steps, live }));
    });
    return { values, state: rows.state, attention: rows.attention(0) };
  }
}
