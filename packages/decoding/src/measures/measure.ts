import * as check from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";

/** The references of one hypothesis: one, or several that are as good. */
export type References = string | readonly string[];

/**
 * A measure of a corpus whose score follows from sums over its segments: so corpora, sentences and resampled corpora are scored by the
 * same formula.
 */
export interface Measure {
  readonly name: string;
  /** What was measured and how, as sacrebleu writes it where it has the measure. */
  readonly signature: (references: number) => string;
  /** True for BLEU and chrF; false for error rates. */
  readonly isHigherBetter: boolean;
  /** The segment's part of the sums. */
  readonly statistics: (hypothesis: string, references: readonly string[]) => readonly number[];
  readonly score: (sums: readonly number[]) => number;
}

/** Hypotheses with their references, looked at. */
export interface Corpus {
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
}

const referencesOf: check.Check = (op, name, value) => {
  if (typeof value === "string") return;
  check.list(check.string, "a reference, or an array of references")(op, name, value);
  if ((value as readonly string[]).length === 0) {
    throw new ValueError(op, { [name]: "an empty array" }, `${name} must hold at least one reference`);
  }
};

/** @throws ValueError unless there are as many references as hypotheses, and at least one of each */
export function corpusOf(op: string, hypotheses: readonly string[], references: readonly References[]): Corpus {
  check.list(check.string, "an array of strings")(op, "hypotheses", hypotheses);
  check.list(referencesOf, "an array of one reference, or of several in an array, for each hypothesis")(
    op,
    "references",
    references,
  );
  if (hypotheses.length !== references.length) {
    throw new ValueError(
      op,
      { hypotheses: hypotheses.length, references: references.length },
      "references must be as many as hypotheses: one entry, of one reference or several, for each",
    );
  }
  if (hypotheses.length === 0)
    throw new ValueError(op, { hypotheses: 0 }, "hypotheses must not be empty: nothing is there to score");
  return { hypotheses, references: references.map((each) => (typeof each === "string" ? [each] : each)) };
}

export const measureCheck: check.Check = check.fields<Measure>(
  {
    name: check.string,
    signature: check.callable,
    isHigherBetter: check.boolean,
    statistics: check.callable,
    score: check.callable,
  },
  "name",
  "signature",
  "isHigherBetter",
  "statistics",
  "score",
);

/** The statistics of each segment. */
export function statisticsOf(measure: Measure, { hypotheses, references }: Corpus): (readonly number[])[] {
  return hypotheses.map((hypothesis, at) => {
    const given: unknown = measure.statistics(hypothesis, references[at] as readonly string[]);
    if (!Array.isArray(given)) throw wrongArgument(measure.name, "what statistics gives", given, "an array of numbers");
    return given as readonly number[];
  });
}

/** The score of sums of statistics. */
export function scoreOf(measure: Measure, sums: readonly number[]): number {
  const given: unknown = measure.score(sums);
  if (typeof given !== "number") throw wrongArgument(measure.name, "what score gives", given, "a number");
  return given;
}

export function sumOf(statistics: readonly (readonly number[])[]): number[] {
  const sums = new Array<number>(statistics[0]?.length ?? 0).fill(0);
  for (const each of statistics) for (const [at, value] of each.entries()) sums[at] = (sums[at] as number) + value;
  return sums;
}

/**
 * The score of a corpus.
 * @param references for each hypothesis one reference, or several in an array
 */
export function corpusScore(
  measure: Measure,
  hypotheses: readonly string[],
  references: readonly References[],
): number {
  check.checkArguments("corpusScore", ["measure", measure, measureCheck]);
  return scoreOf(measure, sumOf(statisticsOf(measure, corpusOf("corpusScore", hypotheses, references))));
}

/** The score of each sentence by itself. */
export function sentenceScores(
  measure: Measure,
  hypotheses: readonly string[],
  references: readonly References[],
): number[] {
  check.checkArguments("sentenceScores", ["measure", measure, measureCheck]);
  return statisticsOf(measure, corpusOf("sentenceScores", hypotheses, references)).map((each) =>
    scoreOf(measure, each),
  );
}
