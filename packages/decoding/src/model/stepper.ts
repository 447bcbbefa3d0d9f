import { refusePromise } from "../arguments/refuse-promise.ts";
import { assertInVocabulary, type NamedTokens } from "../arguments/vocabulary.ts";
import { describe } from "../errors/describe.ts";
import { DecodingError, ModelError, SearchError, wrongArgument } from "../errors/decoding-error.ts";
import { isPossible, isSurelyNearOne, logSumExp, normalisedRow } from "../select/log-sum-exp.ts";
import type { Guard } from "./guard.ts";
import type { Model, StepContext, StepOutput } from "./model.ts";

/** Log of a sum of probabilities that passes for 1: what f16 and large vocabularies make of it. */
const NEAR_ONE = 0.05;

/** The rows of one step, checked. */
export interface Rows<State> {
  readonly count: number;
  readonly vocabulary: number;
  readonly state: State;
  /** The log-probabilities of a row; not to be changed. */
  readonly row: (row: number) => Float32Array;
  readonly attention: (row: number) => Float32Array | undefined;
  /** The error for a row that holds NaN or +∞. */
  readonly nan: (row: number, token: number) => DecodingError;
  readonly sentence: (row: number) => number;
  readonly step: number;
}

/** Calls a model's functions, and believes nothing that they give. */
export class Stepper<State> {
  steps = 0;
  rows = 0;
  readonly #op: string;
  readonly #model: Model<State>;
  readonly #guard: Guard;
  readonly #initial: ReadonlySet<unknown>;
  readonly #tokens: NamedTokens;
  #vocabulary: number | undefined;

  /** @param tokens those that options name, which must be in the vocabulary */
  constructor(op: string, model: Model<State>, guard: Guard, tokens: NamedTokens) {
    this.#op = op;
    this.#model = model;
    this.#guard = guard;
    this.#tokens = tokens;
    const { state } = model as { readonly state?: unknown };
    this.#initial = new Set<unknown>(this.#isByRow(state) ? state : [state]);
  }

  /** The state that the caller gave, for one row each. @throws ValueError if it cannot be taken apart by row */
  initial(sentences: number): State {
    const { state } = this.#model as { readonly state?: State };
    const isFit = !this.#isByRow(state) || state.length === sentences;
    if (!isFit)
      throw wrongArgument(this.#op, "state", state, `an array of one element for each of the ${sentences} prompts`);
    if (state !== undefined && this.#model.reorder === undefined && !this.#isByRow(state)) {
      throw wrongArgument(
        this.#op,
        "state",
        state,
        "an array of one element a row, or come with a reorder",
        "pass reorder: (state, rows) => the state of these rows",
      );
    }
    return state as State;
  }

  async step(tokens: Int32Array, state: State, context: Omit<StepContext, "step" | "signal">): Promise<Rows<State>> {
    const { signal } = this.#guard;
    const step = this.steps++;
    this.rows += tokens.length;
    let output: StepOutput<State>;
    let waited: PromiseLike<StepOutput<State>> | undefined;
    try {
      const given = this.#model.step(tokens, state, { ...context, step, signal });
      if (isWaitedFor(given)) waited = given;
      output = waited === undefined ? (given as StepOutput<State>) : await this.#guard.wait(waited);
    } catch (error) {
      // What nobody waits for any more is given back when it comes.
      waited?.then(
        (late) => this.#giveBack(late, state),
        () => {},
      );
      if (error instanceof DecodingError || (signal?.aborted === true && error === signal.reason)) throw error;
      throw this.#failed("step", error, { step, rows: tokens.length });
    }
    try {
      return this.#checked(output, step, context.sentences);
    } catch (error) {
      this.#giveBack(output, state);
      throw error;
    }
  }

  /** Releases the state of an output that is of no use; that it may be anything at all is no further error. */
  #giveBack(output: unknown, before: State): void {
    if (typeof output !== "object" || output === null || !("state" in output)) return;
    try {
      this.release(output.state as State, [before]);
    } catch {
      // The error that made it useless is the one that counts.
    }
  }

  /** The state of other rows; `state` itself if they are the same ones in the same order. */
  pick(state: State, rows: Int32Array, count: number): State {
    if (rows.length === count && rows.every((row, at) => row === at)) return state;
    const { reorder } = this.#model;
    if (reorder !== undefined) {
      let reordered: State;
      try {
        reordered = reorder(state, rows);
      } catch (error) {
        throw this.#failed("reorder", error, { rows: Array.from(rows) });
      }
      refusePromise(this.#op, "reorder", reordered);
      return reordered;
    }
    return (this.#isByRow(state) ? Array.from(rows, (row) => state[row]) : state) as State;
  }

  /** Gives back what was needed before and is not among `kept` any more. */
  release(states: State, kept: readonly State[] = []): void {
    const { release } = this.#model as { readonly release?: (state: unknown) => unknown };
    if (release === undefined || states === undefined) return;
    const stays = new Set<unknown>(kept.flatMap((each) => (this.#isByRow(each) ? each : [each])));
    for (const state of new Set<unknown>(this.#isByRow(states) ? states : [states])) {
      if (stays.has(state) || this.#initial.has(state)) continue;
      let given: unknown;
      try {
        given = release(state);
      } catch (error) {
        throw this.#failed("release", error, {});
      }
      refusePromise(this.#op, "release", given);
    }
  }

  #isByRow(state: unknown): state is readonly unknown[] {
    return this.#model.reorder === undefined && Array.isArray(state);
  }

  #checked(output: StepOutput<State>, step: number, sentences: Int32Array): Rows<State> {
    const count = sentences.length;
    const expected = "step must give { logProbabilities: a Float32Array of rows × vocabulary, state }";
    const came: unknown = output;
    if (typeof came !== "object" || came === null || !("logProbabilities" in came)) {
      throw new ModelError(this.#op, { step, gave: describe(came) }, expected);
    }
    const { logProbabilities, state, attention } = output;
    if (!(logProbabilities instanceof Float32Array)) {
      throw new ModelError(
        this.#op,
        { step, logProbabilities: describe(logProbabilities) },
        expected,
        "new Float32Array(values)",
      );
    }
    const vocabulary = this.#vocabularyOf(logProbabilities, count, step);
    if (this.#isByRow(this.#model.state) && (!this.#isByRow(state) || state.length !== count)) {
      throw new ModelError(
        this.#op,
        { step, rows: count, state: describe(state) },
        "the state must hold one element for each row, as the first one does",
      );
    }
    if (
      attention !== undefined &&
      (!(attention instanceof Float32Array) || attention.length === 0 || attention.length % count !== 0)
    ) {
      throw new ModelError(
        this.#op,
        { step, rows: count, attention: describe(attention) },
        "attention must be a Float32Array of rows × source",
      );
    }
    const width = attention === undefined ? 0 : attention.length / count;
    const normalised: Float32Array[] = [];
    const rows: Rows<State> = {
      count,
      vocabulary,
      state,
      row: (row) => {
        const values = logProbabilities.subarray(row * vocabulary, (row + 1) * vocabulary);
        if (this.#model.values !== "logits") return values;
        return (normalised[row] ??= normalisedRow(values)); // searches ask for a row more than once
      },
      attention: (row) => attention?.slice(row * width, (row + 1) * width),
      nan: (row, token) => {
        const place = { sentence: sentences[row], step, token };
        const value = rows.row(row)[token] as number;
        return isPossible(value)
          ? new SearchError(
              this.#op,
              place,
              "a processor made NaN or +∞ of a log-probability",
              "see what it divides by",
            )
          : new ModelError(
              this.#op,
              place,
              `step gave ${value > 0 ? "+∞" : "NaN"} for a log-probability`,
              "look for an overflow in the model, such as a mask of −∞ over a whole row",
            );
      },
      sentence: (row) => sentences[row] as number,
      step,
    };
    if (step === 0 && this.#model.values !== "logits") this.#refuseLogits(rows);
    return rows;
  }

  #vocabularyOf({ length }: Float32Array, rows: number, step: number): number {
    const vocabulary = length / rows;
    if (this.#vocabulary === undefined && vocabulary >= 1 && Number.isInteger(vocabulary)) {
      this.#vocabulary = vocabulary;
      assertInVocabulary(this.#op, this.#tokens, vocabulary);
    }
    if (vocabulary === this.#vocabulary) return vocabulary;
    const came = { step, rows, logProbabilities: length, vocabulary: this.#vocabulary };
    if (length === 0) throw new ModelError(this.#op, came, "the vocabulary is empty: step gave no log-probabilities");
    throw new ModelError(
      this.#op,
      came,
      "step must give as many log-probabilities as rows × vocabulary, and the same vocabulary in each step",
    );
  }

  #refuseLogits(rows: Rows<State>): void {
    for (let row = 0; row < rows.count; row++) {
      if (isSurelyNearOne(rows.row(row), NEAR_ONE)) continue;
      const sum = logSumExp(rows.row(row));
      const isPartial = this.#model.values === "partial" || sum === -Infinity;
      if (Number.isNaN(sum) || Math.abs(sum) <= NEAR_ONE || (isPartial && sum < 0)) continue; // NaN is told with its token
      const came = { sentence: rows.sentence(row), step: rows.step, "log of the sum of probabilities": sum };
      throw new ModelError(
        this.#op,
        came,
        sum > 0
          ? "these are no log-probabilities: their exponentials add up to more than 1"
          : "log-probabilities must add up to 1",
        sum > 0
          ? 'pass values: "logits" to have them normalised, or apply log-softmax in step'
          : 'pass values: "partial" if tokens are left out on purpose, or values: "logits" to have them normalised',
      );
    }
  }

  #failed(name: string, error: unknown, came: Readonly<Record<string, number | readonly number[]>>): ModelError {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new ModelError(this.#op, { ...came, threw: message }, `${name} failed`, undefined, { cause: error });
  }
}

function isWaitedFor<Value>(given: Value | PromiseLike<Value>): given is PromiseLike<Value> {
  return typeof given === "object" && given !== null && "then" in given && typeof given.then === "function";
}
