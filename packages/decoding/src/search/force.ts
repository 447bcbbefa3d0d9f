import { isPossible } from "../select/log-sum-exp.ts";
import * as check from "../arguments/checks.ts";
import { type Checks, checkOptions } from "../arguments/checks.ts";
import { ModelError, ValueError } from "../errors/decoding-error.ts";
import type { Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import { type LengthRule, sumRule } from "../length/length-rule.ts";
import { lengthRule } from "./beam.ts";
import { finish } from "./drive.ts";
import { searchChecks, type SearchOptions } from "./request.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

export interface ForcedOptions<State = undefined> extends Omit<
  SearchOptions<State>,
  "prefixes" | "minLength" | "maxLength"
> {
  /** One for each prompt: the whole output, its stop token included. */
  readonly outputs: readonly (readonly number[])[];
  /** How length changes the score; the sum if left out. */
  readonly length?: LengthRule;
}

const { prefixes: _prefixes, minLength: _minLength, maxLength: _maxLength, ...shared } = searchChecks;
const checks: Checks<ForcedOptions<unknown>> = {
  ...shared,
  outputs: check.list(check.tokens, "an array of one output for each prompt"),
  length: lengthRule,
};

/**
 * Forced decoding: scores given outputs under the model and the processors, without a search. What a search found scores the same.
 * @returns one for each prompt; a token of probability 0 makes its log-probability −∞
 * @throws ValueError, ModelError, as `beamSearch` does
 */
export async function scoreOutputs<State = undefined>(options: ForcedOptions<State>): Promise<Hypothesis[]> {
  const op = "scoreOutputs";
  checkOptions<ForcedOptions<unknown>>(op, options, checks, ["model", "prompts", "outputs"]);
  const { outputs, length = sumRule(), ...rest } = options;
  if (outputs.length !== rest.prompts.length) {
    throw new ValueError(
      op,
      { outputs: outputs.length, prompts: rest.prompts.length },
      "outputs must be as many as prompts",
    );
  }
  const empty = outputs.findIndex((output) => output.length === 0);
  if (empty >= 0) throw new ValueError(op, { sentence: empty }, "outputs must have at least one token each");
  const { stopTokens = [] } = options;
  const stops = new Set(typeof stopTokens === "number" ? [stopTokens] : stopTokens);
  const maxLength = Math.max(1, ...outputs.map((output) => output.length));
  const search = { ...rest, maxLength } as SearchOptions<State>;
  const result = await finish(
    op,
    search,
    ({ index }) => new ForcedSearch(op, index, outputs[index] ?? [], length, stops),
  );
  return result.sentences.flatMap(({ hypotheses }) => hypotheses);
}

/** Follows one output. */
class ForcedSearch implements RowSearch {
  readonly #op: string;
  readonly #sentence: number;
  readonly #output: Int32Array;
  readonly #rule: LengthRule;
  readonly #stops: ReadonlySet<number>;
  readonly #logProbabilities: number[] = [];
  readonly #attention: Float32Array[] = [];
  #isCut = false;

  constructor(op: string, sentence: number, output: readonly number[], rule: LengthRule, stops: ReadonlySet<number>) {
    this.#op = op;
    this.#sentence = sentence;
    this.#output = Int32Array.from(output);
    this.#rule = rule;
    this.#stops = stops;
  }

  get rows(): number {
    return this.#isCut || this.#logProbabilities.length === this.#output.length ? 0 : 1;
  }

  token(): number {
    return this.#output[this.#logProbabilities.length - 1] as number;
  }

  tokens(): Int32Array {
    return this.#output.slice(0, this.#logProbabilities.length);
  }

  advance(rows: SentenceRows): Int32Array {
    const token = this.#output[this.#logProbabilities.length] as number;
    if (token >= rows.vocabulary) {
      const came = { sentence: this.#sentence, token, vocabulary: rows.vocabulary };
      throw new ModelError(this.#op, came, "outputs holds a token that is not in the vocabulary");
    }
    const logProbability = rows.row(0)[token] as number;
    if (!isPossible(logProbability)) throw rows.nan(0, token);
    this.#logProbabilities.push(logProbability);
    const attention = rows.attention(0);
    if (attention !== undefined) this.#attention.push(attention);
    return new Int32Array(this.rows);
  }

  cut(): void {
    this.#isCut = true;
  }

  agreed(): Int32Array {
    return this.tokens();
  }

  finished(): readonly Hypothesis[] {
    const tokens = this.tokens();
    const logProbability = this.#logProbabilities.reduce((sum, each) => sum + each, 0);
    const isStop = this.#stops.has(tokens.at(-1) ?? -1);
    const ended: Ended = this.#isCut ? "budget" : isStop ? "stop token" : "length";
    const length = tokens.length - (isStop && !this.#rule.countsEnd ? 1 : 0);
    const score = this.#rule.score(logProbability, length);
    const tokenLogProbabilities = Float64Array.from(this.#logProbabilities);
    const attention = this.#attention;
    return [
      { tokens, logProbability, tokenLogProbabilities, score, ended, ...(attention.length > 0 && { attention }) },
    ];
  }
}
