import * as check from "../arguments/checks.ts";
import { type Check, type Checks } from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { DecodeResult } from "../hypotheses/hypothesis.ts";
import { type LengthRule, sumRule } from "../length/length-rule.ts";
import { orderOf } from "../processors/processor.ts";
import type { SelectTopK } from "../select/select-top-k.ts";
import type { StepRecord, Trace } from "../trace/trace.ts";
import { BeamSearch } from "./beam-search.ts";
import type { BeamSettings, EarlyStopping } from "./beam-settings.ts";
import { drive, finish, type Progress, type Sentence } from "./drive.ts";
import { Ending } from "./ending.ts";
import { checkSearch, type SearchOptions } from "./request.ts";

/** How a beam search ranks and when it ends. */
export interface BeamRules {
  /** How length changes what hypotheses are ranked by; the sum of log-probabilities if left out. */
  readonly length?: LengthRule;
  /** β of GNMT's coverage penalty, in the score of finished hypotheses; needs `attention` of `step`. */
  readonly coverage?: number;
  /** `"exact"` if left out. A beam of width 1 is greedy: it ends with the first. */
  readonly earlyStopping?: EarlyStopping;
  /** False: a finished hypothesis takes up its place in the beam; true if left out. */
  readonly refill?: boolean;
}

export interface BeamOptions<State = undefined> extends SearchOptions<State>, BeamRules {
  /** How many hypotheses of a sentence are kept alive. */
  readonly width: number;
  /** How many results are wanted for each sentence, at most `width`; 1 if left out. */
  readonly nBest?: number;
  /** Whether each step's candidates are kept, as `trace` of the result. */
  readonly trace?: boolean;
  /** A faster way to find the best tokens of a row, if you have one; the results are the same. */
  readonly selectTopK?: SelectTopK;
}

export interface BeamResult extends DecodeResult {
  /** What each step weighed; empty unless it was asked for. */
  readonly trace: Trace;
}

const ruleFields: Check = check.fields<LengthRule>(
  { name: check.string, countsEnd: check.boolean, score: check.callable, isMonotone: check.boolean },
  "name",
  "countsEnd",
  "score",
);

/** A rule of length, which is asked for one score: NaN or a promise would rank nothing, without a word. */
export const lengthRule: Check = (op, name, value) => {
  ruleFields(op, name, value);
  check.number(op, `what ${name}.score gives`, (value as LengthRule).score(-1, 1));
};

const ruleChecks: Checks<BeamRules> = {
  length: lengthRule,
  coverage: check.between(0, Infinity),
  earlyStopping: check.oneOf("exact", "first", "full", "current length", "maximum length", "top", "never"),
  refill: check.boolean,
};

const own: Checks<Omit<BeamOptions<unknown>, keyof SearchOptions<unknown>>> = {
  ...ruleChecks,
  width: check.whole(1),
  nBest: check.whole(1),
  trace: check.boolean,
  selectTopK: check.callable,
};

/** Looks at the options of a beam search. @throws ValueError */
export function checkBeam<State>(op: string, options: BeamOptions<State>): void {
  checkBeamWith(op, options as BeamOptions<unknown>, {});
}

/** Looks at options that a search has beside those of a beam search, too. @throws ValueError */
export function checkBeamWith(
  op: string,
  options: BeamOptions<unknown>,
  more: Checks<object>,
  ...required: readonly string[]
): void {
  checkSearch<BeamOptions<unknown>>(op, options, { ...own, ...more }, "width", ...required);
  const { nBest = 1, width } = options;
  if (nBest > width) throw new ValueError(op, { nBest, width }, "nBest must not be above width", "widen the beam");
}

/** What a sentence's beam is to do, from the options. */
export function beamSettings<State>(
  op: string,
  options: BeamOptions<State>,
  { index, prefix }: Sentence,
  record?: (step: StepRecord) => void,
): BeamSettings {
  const { width, nBest = 1, length = sumRule(), coverage = 0, refill = true } = options;
  return {
    op,
    sentence: index,
    width,
    nBest,
    length,
    coverage,
    ending: new Ending(options),
    prefix,
    earlyStopping: options.earlyStopping ?? (width === 1 ? "first" : "exact"),
    refill,
    select: options.selectTopK,
    record,
    processors: orderOf(options.processors ?? []),
  };
}

/**
 * Beam search: keeps the `width` best hypotheses of each sentence alive, by the sum of their log-probabilities, and gives the
 * best finished ones under the rule of length. All sentences are one batch; what a sentence gets does not depend on the others.
 *
 * A wider beam is not always better: it finds hypotheses of higher score only if nothing that it prunes for them was better still.
 * @throws ValueError for options that make no sense, ModelError for what `step` gives, SearchError if no hypothesis is left,
 * BudgetError for a step that hangs; rejects with the signal's reason if it is aborted
 */
export async function beamSearch<State = undefined>(options: BeamOptions<State>): Promise<BeamResult> {
  checkBeam("beamSearch", options);
  const trace: StepRecord[] = [];
  const record = options.trace === true ? (step: StepRecord): number => trace.push(step) : undefined;
  const result = await finish(
    "beamSearch",
    options,
    (sentence) => new BeamSearch(beamSettings("beamSearch", options, sentence, record)),
  );
  return { ...result, trace };
}

/** Greedy search: the likeliest token in each step, until one ends the output. What `beamSearch` does with a width of 1. */
export async function greedySearch<State = undefined>(options: SearchOptions<State>): Promise<DecodeResult> {
  checkSearch("greedySearch", options as SearchOptions<unknown>, {});
  return finish("greedySearch", options, greedy("greedySearch", options));
}

export function greedy<State>(op: string, options: SearchOptions<State>): (sentence: Sentence) => BeamSearch {
  return (sentence) => new BeamSearch(beamSettings(op, { ...options, width: 1 }, sentence));
}

/** The steps of a beam search, for those who watch it. */
export function driveBeam<State>(op: string, options: BeamOptions<State>): AsyncGenerator<Progress, DecodeResult> {
  return drive(op, options, (sentence) => new BeamSearch(beamSettings(op, options, sentence)));
}
