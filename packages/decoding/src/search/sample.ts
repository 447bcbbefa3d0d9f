import * as check from "../arguments/checks.ts";
import { type Checks } from "../arguments/checks.ts";
import type { DecodeResult } from "../hypotheses/hypothesis.ts";
import { type LengthRule, sumRule } from "../length/length-rule.ts";
import { lengthRule } from "./beam.ts";
import { finish, type Sentence } from "./drive.ts";
import { Ending } from "./ending.ts";
import { checkSearch, type SearchOptions } from "./request.ts";
import { Sampling } from "./sampling.ts";

export interface SampleOptions<State = undefined> extends SearchOptions<State> {
  /** Same seed, same outputs; each sample of each sentence has random numbers of its own. */
  readonly seed: number;
  /** How many outputs for each sentence; 1 if left out. */
  readonly samples?: number;
  /** What the outputs are ranked by; the sum if left out. */
  readonly length?: LengthRule;
}

const own: Checks<Omit<SampleOptions<unknown>, keyof SearchOptions<unknown>>> = {
  seed: check.finite,
  samples: check.whole(1, 1_000_000),
  length: lengthRule,
};

export function checkSample<State>(op: string, options: SampleOptions<State>): void {
  checkSearch<SampleOptions<unknown>>(op, options as SampleOptions<unknown>, own, "seed");
}

/**
 * Draws outputs by chance, token by token, from what the processors leave: `temperature`, `topK`, `topP`, `minP`, `typical`,
 * `epsilon`, `eta`, in the order that they are given in.
 * @returns the outputs of each sentence, by score; their log-probabilities are the model's own, before the processors
 * @throws ValueError, ModelError, SearchError, BudgetError, as `beamSearch` does
 */
export async function sample<State = undefined>(options: SampleOptions<State>): Promise<DecodeResult> {
  checkSample("sample", options);
  return finish("sample", options, sampling("sample", options));
}

export function sampling<State>(op: string, options: SampleOptions<State>): (sentence: Sentence) => Sampling {
  const { seed, samples = 1, length = sumRule() } = options;
  const ending = new Ending(options);
  return ({ index, prefix }) => new Sampling({ op, sentence: index, samples, seed, length, ending, prefix });
}
