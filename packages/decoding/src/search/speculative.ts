import * as check from "../arguments/checks.ts";
import { ModelError, SearchError, wrongArgument } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { Guard } from "../model/guard.ts";
import type { Model } from "../model/model.ts";
import { Stepper } from "../model/stepper.ts";
import { RandomStream } from "../random/random-stream.ts";
import { model as modelCheck, checkSearch, type SearchOptions } from "./request.ts";

export interface SpeculativeOptions extends Omit<SearchOptions, "prefixes" | "stopSequences" | "minLength"> {
  /** The model whose outputs are wanted. It must keep no state: several prefixes of one output are rows of one step. */
  readonly model: Model;
  /** A smaller model of the same vocabulary, which keeps no state either. */
  readonly draft: Model;
  /** How many tokens the draft is ahead; 4 if left out. */
  readonly ahead?: number;
  readonly seed: number;
}

/** What speculative sampling drew. */
export interface SpeculativeResult {
  /** One for each prompt; log-probabilities are those of `model`. */
  readonly hypotheses: readonly Hypothesis[];
  /** Calls of `model`'s step, and of the draft's. */
  readonly steps: number;
  readonly draftSteps: number;
  /** Tokens of the draft that were taken, of those that were looked at. */
  readonly accepted: number;
  readonly drafted: number;
}

/**
 * Speculative sampling (Leviathan et al. 2023; Chen et al. 2023): a draft model proposes some tokens, one step of the model looks at
 * all of them, and takes as many as it would have drawn. The outputs have the distribution of plain sampling from `model` under the
 * processors, which hold for both models, whatever the draft is; a good one saves steps.
 * @throws as `sample` does; ModelError if the vocabularies differ
 */
export async function speculativeSample(options: SpeculativeOptions): Promise<SpeculativeResult> {
  const op = "speculativeSample";
  checkSearch(
    op,
    options as never,
    { draft: modelCheck, ahead: check.whole(1, 1000), seed: check.finite },
    "draft",
    "seed",
  );
  for (const name of ["model", "draft"] as const) {
    const { state } = options[name] as { readonly state?: unknown };
    if (state !== undefined) {
      throw wrongArgument(
        op,
        `${name}.state`,
        state,
        "left out: rows of one step are prefixes of one output",
        "read context.prefix(row) in step",
      );
    }
  }
  const guard = new Guard(op, options);
  const [target, draft] = [new Stepper(op, options.model, guard), new Stepper(op, options.draft, guard)];
  const counts = { accepted: 0, drafted: 0 };
  const hypotheses: Hypothesis[] = [];
  for (const sentence of options.prompts.keys()) {
    hypotheses.push(await new Speculation(op, options, sentence, target, draft, guard, counts).run());
  }
  return { hypotheses, steps: target.steps, draftSteps: draft.steps, ...counts };
}

/** Probabilities after the processors, and the model's own log-probabilities. */
interface Distribution {
  readonly probabilities: Float64Array;
  readonly raw: Float32Array;
}

class Speculation {
  readonly #op: string;
  readonly #options: SpeculativeOptions;
  readonly #sentence: number;
  readonly #target: Stepper<undefined>;
  readonly #draft: Stepper<undefined>;
  readonly #guard: Guard;
  readonly #counts: { accepted: number; drafted: number };
  readonly #stream: RandomStream;
  readonly #prompt: Int32Array;
  readonly #stops: ReadonlySet<number>;
  readonly #tokens: number[] = [];
  readonly #logProbabilities: number[] = [];

  constructor(
    op: string,
    options: SpeculativeOptions,
    sentence: number,
    target: Stepper<undefined>,
    draft: Stepper<undefined>,
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

  async run(): Promise<Hypothesis> {
    const { maxLength, ahead = 4 } = this.#options;
    let isCut = false;
    while (!this.#isDone()) {
      isCut = this.#guard.isSpent(this.#target.steps);
      if (isCut) break;
      const count = Math.min(ahead, maxLength - this.#tokens.length - 1);
      const proposed: { token: number; from: Distribution }[] = [];
      for (let at = 0; at < count; at++) {
        const [from] = await this.#distributions(this.#draft, [
          [...this.#tokens, ...proposed.map(({ token }) => token)],
        ]);
        const token = this.#draw((from as Distribution).probabilities);
        proposed.push({ token, from: from as Distribution });
        if (this.#stops.has(token)) break;
      }
      const prefixes = Array.from({ length: proposed.length + 1 }, (_, at) => [
        ...this.#tokens,
        ...proposed.slice(0, at).map(({ token }) => token),
      ]);
      const judged = await this.#distributions(this.#target, prefixes);
      this.#take(proposed, judged);
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

  /** Takes each proposed token with probability min(1, p ÷ q); in place of the first that is not, draws from what p has more. */
  #take(
    proposed: readonly { readonly token: number; readonly from: Distribution }[],
    judged: readonly Distribution[],
  ): void {
    for (const [at, { token, from }] of proposed.entries()) {
      const { probabilities, raw } = judged[at] as Distribution;
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
    const { probabilities, raw } = judged[proposed.length] as Distribution;
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

  /** What may come after each of these outputs: rows of one step. */
  async #distributions(stepper: Stepper<undefined>, outputs: readonly (readonly number[])[]): Promise<Distribution[]> {
    const prefixes = outputs.map((tokens) => Int32Array.of(...this.#prompt, ...tokens));
    const last = Int32Array.from(prefixes, (prefix) => prefix.at(-1) as number);
    const sentences = new Int32Array(outputs.length).fill(this.#sentence);
    const rows = await stepper.step(last, undefined, { sentences, prefix: (row) => prefixes[row] as Int32Array });
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
      for (const processor of processors) processor(values, context);
      const nan = values.findIndex((value) => Number.isNaN(value));
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
