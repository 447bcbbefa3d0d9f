import * as check from "../arguments/checks.ts";
import { corpusOf, type Measure, type References, statisticsOf, sumOf } from "./measure.ts";
import { NgramCounts, totals } from "./ngrams.ts";
import { type Tokeniser, tokeniserCheck, tokensOf, withoutEnd } from "./tokenise.ts";

/** The version of sacrebleu whose numbers these are. */
export const SACREBLEU = "2.6.0";

export interface BleuOptions {
  /** How lines become tokens; `"13a"` if left out, `"zh"` for Chinese. */
  readonly tokenize?: Tokeniser;
  /** What becomes of n-grams without a match: `"exp"` if left out (Chen & Cherry 2014). */
  readonly smooth?: "exp" | "floor" | "add-k" | "none";
  /** Of `"floor"`, 0.1 if left out, or of `"add-k"`, 1. */
  readonly smoothValue?: number;
  readonly lowercase?: boolean;
  /** The longest n-grams; 4 if left out. */
  readonly maxOrder?: number;
  /** Leaves out lengths that the hypothesis has no n-gram of; for sentences. */
  readonly effectiveOrder?: boolean;
}

/** BLEU and what it is made of. */
export interface BleuScore {
  /** 0 … 100. */
  readonly score: number;
  /** Of n-grams of each length, 0 … 100, smoothed. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly hypothesisLength: number;
  readonly referenceLength: number;
  readonly signature: string;
}

const DEFAULTS: Readonly<Record<NonNullable<BleuOptions["smooth"]>, number>> = {
  exp: 0,
  none: 0,
  floor: 0.1,
  "add-k": 1,
};

const checks: check.Checks<BleuOptions> = {
  tokenize: tokeniserCheck,
  smooth: check.oneOf("exp", "floor", "add-k", "none"),
  smoothValue: check.between(0, Infinity),
  lowercase: check.boolean,
  maxOrder: check.whole(1, 100),
  effectiveOrder: check.boolean,
};

/**
 * BLEU (Papineni et al. 2002) of a corpus, with the numbers and the signature of sacrebleu.
 * @param references for each hypothesis one reference, or several in an array
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly References[],
  options: BleuOptions = {},
): BleuScore {
  check.checkOptions<BleuOptions>("bleu", options, checks);
  const corpus = corpusOf("bleu", hypotheses, references);
  const measure = measureOf(options);
  const sums = sumOf(statisticsOf(measure, corpus));
  const { score, precisions, brevityPenalty } = scoreOf(sums, options);
  const [hypothesisLength = 0, referenceLength = 0] = sums;
  const most = corpus.references.reduce((longest, { length }) => Math.max(longest, length), 0);
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength, signature: measure.signature(most) };
}

/** BLEU as a measure, for sentences, intervals and comparisons. */
export function bleuMeasure(options: BleuOptions = {}): Measure {
  check.checkOptions<BleuOptions>("bleuMeasure", options, checks);
  return measureOf(options);
}

function measureOf(options: BleuOptions): Measure {
  const { tokenize = "13a", smooth = "exp", lowercase = false, maxOrder = 4, effectiveOrder = false } = options;
  const value = options.smoothValue ?? DEFAULTS[smooth];
  const smoothing = smooth === "floor" || smooth === "add-k" ? `${smooth}[${value.toFixed(2)}]` : smooth;
  const tokens = (line: string): string[] => tokensOf(withoutEnd(lowercase ? line.toLowerCase() : line), tokenize);
  return {
    name: "BLEU",
    isHigherBetter: true,
    signature: (references) =>
      `nrefs:${references}|case:${lowercase ? "lc" : "mixed"}|eff:${effectiveOrder ? "yes" : "no"}|tok:${tokenize}|smooth:${smoothing}|version:${SACREBLEU}`,
    statistics: (hypothesis, references) => {
      const counts = new NgramCounts(maxOrder);
      const own = tokens(hypothesis);
      let nearest = -1;
      for (const reference of references) {
        const other = tokens(reference);
        counts.add(other);
        const isNearer = Math.abs(other.length - own.length) - Math.abs(nearest - own.length);
        if (nearest < 0 || isNearer < 0 || (isNearer === 0 && other.length < nearest)) nearest = other.length;
      }
      return [own.length, nearest, ...counts.matches(own), ...totals(own.length, maxOrder)];
    },
    score: (sums) => scoreOf(sums, options).score,
  };
}

function scoreOf(
  sums: readonly number[],
  options: BleuOptions,
): { score: number; precisions: number[]; brevityPenalty: number } {
  const { smooth = "exp", maxOrder = 4, effectiveOrder = false } = options;
  const value = options.smoothValue ?? DEFAULTS[smooth];
  const [hypothesis = 0, reference = 0] = sums;
  const matches = sums.slice(2, 2 + maxOrder);
  const counts = sums.slice(2 + maxOrder);
  const brevityPenalty = hypothesis >= reference ? 1 : hypothesis > 0 ? Math.exp(1 - reference / hypothesis) : 0;
  const precisions = new Array<number>(maxOrder).fill(0);
  if (matches.every((count) => count === 0)) return { score: 0, precisions, brevityPenalty };
  let halvings = 1;
  let order = maxOrder;
  for (let at = 0; at < maxOrder; at++) {
    const added = smooth === "add-k" && at > 0 ? value : 0;
    const [match, total] = [(matches[at] as number) + added, (counts[at] as number) + added];
    if (total === 0) break;
    if (effectiveOrder) order = at + 1;
    if (match > 0) precisions[at] = (100 * match) / total;
    else if (smooth === "exp") precisions[at] = 100 / ((halvings *= 2) * total);
    else if (smooth === "floor") precisions[at] = (100 * value) / total;
  }
  // A precision of 0 is taken for the smallest that a logarithm can be had of, as there.
  const logs = precisions.slice(0, order).map((precision) => (precision === 0 ? -9_999_999_999 : Math.log(precision)));
  const score = brevityPenalty * Math.exp(logs.reduce((sum, each) => sum + each, 0) / order);
  return { score, precisions, brevityPenalty };
}
