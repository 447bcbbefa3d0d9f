import * as check from "../arguments/checks.ts";
import { ValueError, wrongArgument } from "../errors/decoding-error.ts";
import type { Measure } from "./measure.ts";
import { stripped, wordsOf } from "./tokenise.ts";

/** The share of hypotheses that are one of their references, white space at the ends aside, 0 … 1. */
export function exactMatchMeasure(): Measure {
  return {
    name: "exact match",
    isHigherBetter: true,
    signature: (references) => `exact match|nrefs:${references}`,
    statistics: (hypothesis, references) => [
      references.some((each) => stripped(each) === stripped(hypothesis)) ? 1 : 0,
      1,
    ],
    score: ([matches = 0, count = 0]) => matches / count,
  };
}

/**
 * Distinct-n (Li et al. 2016): different n-grams of words ÷ all n-grams, over all lines; 1 if nothing is said twice, 0 if there
 * are no n-grams.
 */
export function distinct(lines: readonly string[], n: number): number {
  check.checkArguments(
    "distinct",
    ["lines", lines, check.list(check.string, "an array of strings")],
    ["n", n, check.whole(1)],
  );
  const seen = new Set<string>();
  let count = 0;
  for (const line of lines) {
    const words = wordsOf(line);
    for (let at = 0; at + n <= words.length; at++, count++) seen.add(words.slice(at, at + n).join(" "));
  }
  return count === 0 ? 0 : seen.size / count;
}

/**
 * exp of the mean surprise of tokens: how many equally likely tokens a model seems to choose among.
 * @param logProbabilities of each token, as `scoreOutputs` gives them, of one output or of several
 */
export function perplexity(logProbabilities: Float64Array | Float32Array | readonly (number | Float64Array)[]): number {
  const isTyped = logProbabilities instanceof Float64Array || logProbabilities instanceof Float32Array;
  if (!isTyped) {
    const value: check.Check = (op, name, each) => {
      if (!(each instanceof Float64Array) && (typeof each !== "number" || Number.isNaN(each))) {
        throw wrongArgument(op, name, each, "a log-probability, or a Float64Array of them");
      }
    };
    check.list(value, "an array of log-probabilities")("perplexity", "logProbabilities", logProbabilities);
  }
  let [sum, count] = [0, 0];
  for (const each of logProbabilities) {
    for (const one of typeof each === "number" ? [each] : each) {
      sum += one;
      count++;
    }
  }
  if (count === 0)
    throw new ValueError("perplexity", { logProbabilities: 0 }, "logProbabilities must hold at least one token");
  return Math.exp(-sum / count);
}
