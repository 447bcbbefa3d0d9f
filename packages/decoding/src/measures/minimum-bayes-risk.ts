import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import { chrfMeasure } from "./chrf.ts";
import { type Measure, measureCheck, scoreOf, statisticsOf } from "./measure.ts";

export interface MinimumBayesRiskOptions {
  /** How like two outputs are; chrF if left out. An error rate is taken negative. */
  readonly measure?: Measure;
  /** How much each candidate counts as evidence; all alike if left out, which is right for samples. */
  readonly weights?: readonly number[];
}

/** A choice among candidates, and why. */
export interface MinimumBayesRisk {
  /** Which candidate. */
  readonly index: number;
  readonly text: string;
  /** The expected utility of each. */
  readonly utilities: readonly number[];
}

/**
 * Minimum Bayes risk (Kumar & Byrne 2004; Eikema & Aziz 2020): of several candidates, drawn with `sample`, the one that is most like
 * all others.
 * @throws ValueError without candidates
 */
export function minimumBayesRisk(
  candidates: readonly string[],
  options: MinimumBayesRiskOptions = {},
): MinimumBayesRisk {
  const op = "minimumBayesRisk";
  check.checkArguments(op, ["candidates", candidates, check.list(check.string, "an array of strings")]);
  check.checkOptions<MinimumBayesRiskOptions>(op, options, {
    measure: measureCheck,
    weights: check.list(check.between(0, Infinity), "an array of one weight for each candidate"),
  });
  const { measure = chrfMeasure(), weights = candidates.map(() => 1) } = options;
  if (candidates.length === 0) throw new ValueError(op, { candidates: 0 }, "candidates must hold at least one output");
  const total = weights.reduce((sum, each) => sum + each, 0);
  if (weights.length !== candidates.length || total === 0) {
    throw new ValueError(
      op,
      { candidates: candidates.length, weights: weights.length },
      "weights must be as many as candidates, and not all 0",
    );
  }
  const sign = measure.isHigherBetter ? 1 : -1;
  const known = new Map<string, number>();
  const utilities = candidates.map((candidate) => {
    let sum = known.get(candidate);
    if (sum === undefined) {
      sum = 0;
      for (const [at, other] of candidates.entries())
        sum += (weights[at] as number) * utilityOf(measure, candidate, other);
      known.set(candidate, sum);
    }
    return (sign * sum) / total;
  });
  const index = utilities.indexOf(Math.max(...utilities));
  return { index, text: candidates[index] as string, utilities };
}

function utilityOf(measure: Measure, candidate: string, other: string): number {
  const [statistics] = statisticsOf(measure, { hypotheses: [candidate], references: [[other]] });
  return scoreOf(measure, statistics as readonly number[]);
}
