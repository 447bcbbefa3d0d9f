import * as check from "../arguments/checks.ts";
import { wrongArgument } from "../errors/decoding-error.ts";
import { RandomStream } from "../random/random-stream.ts";
import { corpusOf, type Measure, measureCheck, type References, scoreOf, statisticsOf, sumOf } from "./measure.ts";

export interface BootstrapOptions {
  /** Same seed, same numbers. */
  readonly seed: number;
  /** How many corpora are drawn; 1000 if left out. */
  readonly resamples?: number;
  /** Of the interval; 0.95 if left out. */
  readonly confidence?: number;
}

const checks: check.Checks<BootstrapOptions> = {
  seed: check.finite,
  resamples: check.whole(1, 1_000_000),
  confidence: (op, name, value) => {
    if (typeof value !== "number" || !(value > 0 && value < 1))
      throw wrongArgument(op, name, value, "a number between 0 and 1");
  },
};

/** A score of a corpus with the interval in which it would lie for others like it. */
export interface Interval {
  readonly score: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

/**
 * A score with its interval by bootstrap resampling (Koehn 2004): the measure of many corpora drawn from this one, with repetition.
 */
export function bootstrap(
  measure: Measure,
  hypotheses: readonly string[],
  references: readonly References[],
  options: BootstrapOptions,
): Interval {
  check.checkArguments("bootstrap", ["measure", measure, measureCheck]);
  check.checkOptions<BootstrapOptions>("bootstrap", options, checks, ["seed"]);
  const statistics = statisticsOf(measure, corpusOf("bootstrap", hypotheses, references));
  const scores = resample([statistics], measure, options).map(([score]) => score as number);
  return intervalOf(scoreOf(measure, sumOf(statistics)), scores, options.confidence ?? 0.95);
}

/** How two systems compare on one corpus. */
export interface Comparison {
  readonly first: Interval;
  readonly second: Interval;
  /** How much better the second is; negative if it is worse. */
  readonly difference: number;
  /** How likely a difference as large is if both are as good: of a two-sided test by paired resampling. */
  readonly pValue: number;
}

/**
 * Whether one system is better than another by more than chance: paired bootstrap resampling (Koehn 2004), each drawn corpus scored
 * for both, the differences moved to a mean of nothing.
 */
export function compareSystems(
  measure: Measure,
  first: readonly string[],
  second: readonly string[],
  references: readonly References[],
  options: BootstrapOptions,
): Comparison {
  check.checkArguments("compareSystems", ["measure", measure, measureCheck]);
  check.checkOptions<BootstrapOptions>("compareSystems", options, checks, ["seed"]);
  check.checkArguments(
    "compareSystems",
    ["first", first, check.list(check.string, "an array of strings")],
    ["second", second, check.list(check.string, "an array of strings")],
  );
  const both = [first, second].map((hypotheses) =>
    statisticsOf(measure, corpusOf("compareSystems", hypotheses, references)),
  );
  const drawn = resample(both, measure, options);
  const [a, b] = both.map((statistics) => scoreOf(measure, sumOf(statistics))) as [number, number];
  const sign = measure.isHigherBetter ? 1 : -1;
  const differences = drawn.map(([one, other]) => (other as number) - (one as number));
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const beyond = differences.filter((each) => Math.abs(each - mean) >= Math.abs(b - a)).length;
  const confidence = options.confidence ?? 0.95;
  return {
    first: intervalOf(
      a,
      drawn.map(([one]) => one as number),
      confidence,
    ),
    second: intervalOf(
      b,
      drawn.map(([, other]) => other as number),
      confidence,
    ),
    difference: sign * (b - a),
    pValue: (beyond + 1) / (differences.length + 1),
  };
}

/** For each drawn corpus the scores of all systems on it. */
function resample(
  systems: readonly (readonly (readonly number[])[])[],
  measure: Measure,
  { seed, resamples = 1000 }: BootstrapOptions,
): number[][] {
  const stream = new RandomStream(seed);
  const size = systems[0]?.length ?? 0;
  return Array.from({ length: resamples }, () => {
    const drawn = Int32Array.from({ length: size }, () => stream.below(size));
    return systems.map((statistics) => {
      const sums = new Array<number>(statistics[0]?.length ?? 0).fill(0);
      for (const at of drawn) {
        const each = statistics[at] as readonly number[];
        for (let field = 0; field < sums.length; field++)
          sums[field] = (sums[field] as number) + (each[field] as number);
      }
      return scoreOf(measure, sums);
    });
  });
}

function intervalOf(score: number, drawn: readonly number[], confidence: number): Interval {
  const sorted = drawn.toSorted((a, b) => a - b);
  const outside = Math.floor((sorted.length * (1 - confidence)) / 2);
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return { score, low: sorted[outside] as number, high: sorted[sorted.length - 1 - outside] as number, mean };
}
