import * as check from "../arguments/checks.ts";
import { powerRule } from "../length/length-rule.ts";
import { bleu, type BleuOptions } from "../measures/bleu.ts";
import { type BeamOptions, beamSearch } from "../search/beam.ts";
import { scoreOutputs } from "../search/force.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { lineChart } from "./line-chart.ts";
import { textOf } from "./text-of.ts";

export interface SweepOptions<State = undefined> {
  /** The search, but for its width and its rule of length. */
  readonly search: Omit<BeamOptions<State>, "width" | "length">;
  readonly widths: readonly number[];
  /** α of `powerRule`. */
  readonly alphas: readonly number[];
  /** For each prompt the output that is right, its stop token included. */
  readonly references: readonly (readonly number[])[];
  readonly text: (tokens: Int32Array) => string;
  readonly bleu?: BleuOptions;
}

/** What a figure of a sweep may show, as it is written there. */
const LABELS = {
  bleu: "BLEU",
  searchErrors: "search errors",
  meanLength: "mean length, tokens",
  meanScore: "mean score",
  milliseconds: "time, ms",
} as const;

/** One setting of a sweep, over the whole corpus. */
export interface SweepRow {
  readonly width: number;
  readonly alpha: number;
  readonly bleu: number;
  /** Examples whose reference has a higher score than what was found. */
  readonly searchErrors: number;
  /** Mean tokens of an output, the stop token included. */
  readonly meanLength: number;
  readonly meanScore: number;
  readonly meanLogProbability: number;
  /** Calls of `step`, and rows in them. */
  readonly steps: number;
  readonly rows: number;
  readonly milliseconds: number;
}

export interface Sweep {
  readonly rows: readonly SweepRow[];
  /** The setting of the highest BLEU; of equal ones that of fewest rows. */
  readonly best: SweepRow;
  /** BLEU, search errors, mean length or time against α, a line for each width: a whole `<svg>` element. */
  readonly figure: (of?: keyof typeof LABELS) => string;
  /** For a terminal. */
  readonly table: string;
}

/**
 * Searches with each width and each α, so that both are chosen from numbers: quality, search errors, length and cost.
 * @throws ValueError, and whatever the searches throw
 */
export async function sweepBeam<State = undefined>(options: SweepOptions<State>): Promise<Sweep> {
  const op = "sweepBeam";
  check.checkOptions<SweepOptions<unknown>>(
    op,
    options,
    {
      search: check.record,
      widths: check.filled(check.whole(1), "an array of widths"),
      alphas: check.filled(check.finite, "an array of numbers"),
      references: check.list(check.tokens, "an array of one output for each prompt"),
      text: check.callable,
      bleu: check.record,
    },
    ["search", "widths", "alphas", "references", "text"],
  );
  const { search, widths, alphas, references, text } = options;
  const texts = references.map((tokens) => textOf(op, text, Int32Array.from(tokens)));
  const rows: SweepRow[] = [];
  for (const alpha of alphas) {
    const length = powerRule(alpha);
    for (const width of widths) {
      const start = performance.now();
      const result = await beamSearch({ ...search, width, length });
      const milliseconds = performance.now() - start;
      const found = result.sentences.map(({ hypotheses }) => hypotheses[0] as Hypothesis);
      const { model, prompts, processors = [], stopTokens = [] } = search;
      const right = await scoreOutputs<State>({ model, prompts, processors, stopTokens, outputs: references, length });
      const mean = (of: (each: Hypothesis) => number): number =>
        found.reduce((sum, each) => sum + of(each), 0) / found.length;
      rows.push({
        width,
        alpha,
        bleu: bleu(
          found.map(({ tokens }) => textOf(op, text, tokens)),
          texts,
          options.bleu ?? {},
        ).score,
        searchErrors: found.filter(({ score }, at) => (right[at] as Hypothesis).score > score + 1e-9).length,
        meanLength: mean(({ tokens }) => tokens.length),
        meanScore: mean(({ score }) => score),
        meanLogProbability: mean(({ logProbability }) => logProbability),
        steps: result.steps,
        rows: result.rows,
        milliseconds,
      });
    }
  }
  const best = rows.reduce((most, row) =>
    row.bleu > most.bleu || (row.bleu === most.bleu && row.rows < most.rows) ? row : most,
  );
  return {
    rows,
    best,
    figure: (of = "bleu") => {
      check.oneOf(...Object.keys(LABELS))(op, "of", of);
      return lineChart(
        `${LABELS[of]} by α`,
        "α",
        LABELS[of],
        widths.map((width) => ({
          label: `B = ${width}`,
          points: rows.filter((row) => row.width === width).map((row) => [row.alpha, row[of]] as const),
        })),
      );
    },
    table: tableOf(rows),
  };
}

function tableOf(rows: readonly SweepRow[]): string {
  const cells = rows.map((row) => [
    String(row.width),
    String(row.alpha),
    row.bleu.toFixed(2),
    String(row.searchErrors),
    row.meanLength.toFixed(2),
    row.meanScore.toFixed(3),
    row.milliseconds.toFixed(1),
  ]);
  const all = [["B", "α", "BLEU", "search errors", "mean length", "mean score", "ms"], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length))) ?? [];
  return all.map((row) => row.map((cell, column) => cell.padStart(widths[column] as number)).join("  ")).join("\n");
}
