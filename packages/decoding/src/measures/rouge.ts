import * as check from "../arguments/checks.ts";
import { NgramCounts, totals } from "./ngrams.ts";

/** Precision, recall and their harmonic mean, 0 … 1. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of one hypothesis (Lin 2004), with the numbers of rouge-score without stemming: letters and digits
 * of ASCII in lower case are words.
 */
export function rouge(
  hypothesis: string,
  reference: string,
): { readonly rouge1: RougeScore; readonly rouge2: RougeScore; readonly rougeL: RougeScore } {
  check.checkArguments("rouge", ["hypothesis", hypothesis, check.string], ["reference", reference, check.string]);
  const [own, others] = [wordsOf(hypothesis), wordsOf(reference)];
  const counts = new NgramCounts(2);
  counts.add(others);
  const matches = counts.matches(own);
  const [ours, theirs] = [totals(own.length, 2), totals(others.length, 2)];
  const ngrams = (at: number): RougeScore => score(matches[at] as number, ours[at] as number, theirs[at] as number);
  return { rouge1: ngrams(0), rouge2: ngrams(1), rougeL: score(commonLength(own, others), own.length, others.length) };
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function score(matches: number, own: number, others: number): RougeScore {
  const [precision, recall] = [own > 0 ? matches / own : 0, others > 0 ? matches / others : 0];
  return { precision, recall, f: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** The length of the longest common subsequence. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  for (const word of a) {
    const next = new Int32Array(b.length + 1);
    for (let at = 1; at <= b.length; at++) {
      next[at] = word === b[at - 1] ? (row[at - 1] as number) + 1 : Math.max(row[at] as number, next[at - 1] as number);
    }
    row = next;
  }
  return row[b.length] as number;
}
