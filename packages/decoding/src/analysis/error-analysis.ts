import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { chrfMeasure } from "../measures/chrf.ts";
import { type BeamOptions, beamSearch } from "../search/beam.ts";
import { exactSearch } from "../search/exact.ts";
import { scoreOutputs } from "../search/force.ts";
import { type Share, shareOf } from "./share.ts";
import { textOf } from "./text-of.ts";

/**
 * Whose fault an output is that is worse than the reference:
 * - `"search"`: the model thinks the reference likelier, and the search did not find it.
 * - `"model"`: the model thinks its own output at least as likely.
 * - `"none"`: the output is not worse.
 */
export type Fault = "search" | "model" | "none";

/** What exact search says: the search found the optimum, there is better than what it found, or it could not be decided. */
export type Certificate = "optimum" | "better exists" | "undecided";

/** One example of an error analysis. */
export interface AnalysedExample {
  readonly found: Hypothesis;
  readonly foundText: string;
  /** The reference as the model scores it. */
  readonly reference: Hypothesis;
  readonly referenceText: string;
  /** chrF of what was found, 0 … 100. */
  readonly quality: number;
  readonly isWorse: boolean;
  readonly fault: Fault;
  /** Undefined unless it was asked for. */
  readonly certificate: Certificate | undefined;
}

/** What an error analysis found out about a corpus. */
export interface ErrorAnalysis {
  readonly examples: readonly AnalysedExample[];
  /** Of all examples, those that are worse than their reference. */
  readonly worse: Share;
  /** Of the worse ones, those where the search is at fault, */
  readonly search: Share;
  /** and those where the model is. */
  readonly model: Share;
  /** Of the examples that exact search decided, those where the search found the optimum. */
  readonly optimal: Share;
  /** What to do, in words. */
  readonly advice: readonly string[];
  /** A table of the examples, for a terminal. */
  readonly table: string;
}

export interface ErrorAnalysisOptions<State = undefined> {
  /** The search whose errors are looked at, with its model and prompts. */
  readonly search: BeamOptions<State>;
  /** For each prompt the output that is right, its stop token included. */
  readonly references: readonly (readonly number[])[];
  /** The text of an output, for the judgement and the table. */
  readonly text: (tokens: Int32Array) => string;
  /** Whether an output is worse than its reference, as a person says. If left out, whatever has a chrF below `worseBelow` is. */
  readonly judge?: (example: { readonly found: string; readonly reference: string; readonly index: number }) => boolean;
  /** 100 if left out: any difference. */
  readonly worseBelow?: number;
  /** Looks by exact search whether anything is better than what was found, in at most so many steps for all examples. */
  readonly certificateSteps?: number;
}

/**
 * Error analysis of beam search, as Ng's course teaches it: where an output ŷ is worse than the reference y*, compares P(y*|x) with
 * P(ŷ|x), both under the score that the search ranks by. If P(y*|x) is higher the search is at fault, and a wider beam may help;
 * otherwise the model is.
 * @throws ValueError, and whatever the searches throw
 */
export async function analyseErrors<State = undefined>(options: ErrorAnalysisOptions<State>): Promise<ErrorAnalysis> {
  const op = "analyseErrors";
  check.checkOptions<ErrorAnalysisOptions<unknown>>(
    op,
    options,
    {
      search: check.record,
      references: check.list(check.tokens, "an array of one output for each prompt"),
      text: check.callable,
      judge: check.callable,
      worseBelow: check.between(0, 100),
      certificateSteps: check.whole(1),
    },
    ["search", "references", "text"],
  );
  const { search, references, text } = options;
  const result = await beamSearch(search);
  if (references.length !== search.prompts.length || references.length === 0) {
    throw new ValueError(
      op,
      { references: references.length, prompts: search.prompts.length },
      "references must be as many as prompts, and at least one",
    );
  }
  assertComplete(op, search, references);
  const { model, prompts, processors, stopTokens, stopSequences, length, signal } = search;
  const shared = {
    model,
    prompts,
    ...(processors !== undefined && { processors }),
    ...(stopTokens !== undefined && { stopTokens }),
    ...(stopSequences !== undefined && { stopSequences }),
    ...(length !== undefined && { length }),
    ...(signal !== undefined && { signal }),
  };
  const scored = await scoreOutputs({ ...shared, outputs: references });
  const found = result.sentences.map(({ hypotheses }) => hypotheses[0] as Hypothesis);
  const certificates = await certify(options, shared, found);
  const chrf = chrfMeasure();
  const examples = found.map((each, index): AnalysedExample => {
    const reference = scored[index] as Hypothesis;
    const [foundText, referenceText] = [textOf(op, text, each.tokens), textOf(op, text, reference.tokens)];
    const quality = chrf.score(chrf.statistics(foundText, [referenceText]));
    const isWorse =
      options.judge === undefined
        ? foundText !== referenceText && quality < (options.worseBelow ?? 100)
        : judged(op, options.judge({ found: foundText, reference: referenceText, index }));
    const fault: Fault = isWorse ? (reference.score > each.score ? "search" : "model") : "none";
    return {
      found: each,
      foundText,
      reference,
      referenceText,
      quality,
      isWorse,
      fault,
      certificate: certificates[index],
    };
  });
  return { examples, ...summary(examples, search.width), table: tableOf(examples) };
}

function judged(op: string, isWorse: unknown): boolean {
  check.boolean(op, "what judge gives", isWorse);
  return isWorse === true;
}

function assertComplete<State>(
  op: string,
  { stopTokens = [], stopSequences = [], maxLength }: BeamOptions<State>,
  references: readonly (readonly number[])[],
): void {
  const stops = typeof stopTokens === "number" ? [stopTokens] : stopTokens;
  if (stops.length === 0) return;
  const open = references.findIndex((tokens) => {
    const endsInSequence = stopSequences.some((sequence) =>
      sequence.every((token, at) => tokens[tokens.length - sequence.length + at] === token),
    );
    return !endsInSequence && !stops.includes(tokens.at(-1) ?? -1) && tokens.length < maxLength;
  });
  if (open < 0) return;
  const came = { example: open, reference: references[open] as readonly number[] };
  throw new ValueError(
    op,
    came,
    "references must be complete: this one ends in no stop token",
    "append the stop token, which is scored too",
  );
}

async function certify<State>(
  { search, certificateSteps }: ErrorAnalysisOptions<State>,
  shared: object,
  found: readonly Hypothesis[],
): Promise<readonly (Certificate | undefined)[]> {
  if (certificateSteps === undefined) return found.map(() => undefined);
  if ((search.coverage ?? 0) > 0) {
    throw new ValueError(
      "analyseErrors",
      { coverage: search.coverage },
      "certificateSteps: there is no certificate for a score with a coverage penalty",
    );
  }
  const { minLength = 0, maxLength } = search;
  const known = found.map(({ score }) => score);
  const exact = await exactSearch<State>({
    ...shared,
    minLength,
    maxLength,
    known,
    maxSteps: certificateSteps,
  } as never);
  return exact.map(({ best, isOptimal }) =>
    best !== undefined ? "better exists" : isOptimal ? "optimum" : "undecided",
  );
}

function summary(examples: readonly AnalysedExample[], width: number): Omit<ErrorAnalysis, "examples" | "table"> {
  const count = (of: (example: AnalysedExample) => boolean): number => examples.filter(of).length;
  const worse = shareOf(
    count(({ isWorse }) => isWorse),
    examples.length,
  );
  const search = shareOf(
    count(({ fault }) => fault === "search"),
    worse.count,
  );
  const model = shareOf(
    count(({ fault }) => fault === "model"),
    worse.count,
  );
  const decided = count(({ certificate }) => certificate === "optimum" || certificate === "better exists");
  const optimal = shareOf(
    count(({ certificate }) => certificate === "optimum"),
    decided,
  );
  return { worse, search, model, optimal, advice: adviceOf(worse, search, model, optimal, width) };
}

function adviceOf(worse: Share, search: Share, model: Share, optimal: Share, width: number): string[] {
  if (worse.count === 0) return ["No output is worse than its reference: there is nothing to mend here."];
  const of = `of ${worse.count} outputs that are worse than their reference`;
  const advice =
    search.low > 0.5
      ? [
          `The search is at fault in ${search.count} ${of}: widen the beam (now ${width}), and see with sweepBeam what that costs.`,
        ]
      : model.low > 0.5
        ? [
            `The model is at fault in ${model.count} ${of}: a wider beam will not help. Try more data, regularisation, another architecture, or another rule of length.`,
          ]
        : [
            `The search is at fault in ${search.count} and the model in ${model.count} ${of}: too few, or too even, to say which to mend first.`,
          ];
  if (optimal.of > 0) {
    advice.push(
      `In ${optimal.count} of ${optimal.of} examples that exact search decided, the search found the best output there is: there no search can do better.`,
    );
  }
  return advice;
}

function tableOf(examples: readonly AnalysedExample[]): string {
  const rows = examples.map(({ found, reference, quality, fault, certificate, foundText, referenceText }, at) => [
    String(at),
    quality.toFixed(1),
    found.score.toFixed(3),
    reference.score.toFixed(3),
    fault === "none" ? "–" : fault,
    certificate ?? "",
    foundText,
    referenceText,
  ]);
  const all = [["#", "chrF", "score of ŷ", "score of y*", "fault", "certificate", "ŷ", "y*"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
