import * as check from "../arguments/checks.ts";
import { SACREBLEU } from "./bleu.ts";
import type { Measure } from "./measure.ts";
import { NgramCounts, totals } from "./ngrams.ts";
import { charactersOf, wordsOf } from "./tokenise.ts";

export interface ChrfOptions {
  /** The longest character n-grams; 6 if left out. */
  readonly charOrder?: number;
  /** The longest word n-grams; 0 if left out, 2 for chrF++. */
  readonly wordOrder?: number;
  /** How much more recall counts than precision; 2 if left out. */
  readonly beta?: number;
  readonly lowercase?: boolean;
  /** Whether spaces are characters too. */
  readonly whitespace?: boolean;
  /** Smooths as chrF++.py, NLTK and Moses do. */
  readonly epsSmoothing?: boolean;
}

const checks: check.Checks<ChrfOptions> = {
  charOrder: check.whole(1, 100),
  wordOrder: check.whole(0, 100),
  beta: check.between(0, Infinity, true),
  lowercase: check.boolean,
  whitespace: check.boolean,
  epsSmoothing: check.boolean,
};

/**
 * chrF (Popović 2015), the F-score of character n-grams, 0 … 100; chrF++ with `wordOrder: 2`. Numbers and signature are sacrebleu's. Of
 * several references the one that fits a sentence best counts.
 */
export function chrfMeasure(options: ChrfOptions = {}): Measure {
  check.checkOptions<ChrfOptions>("chrfMeasure", options, checks);
  const {
    charOrder = 6,
    wordOrder = 0,
    beta = 2,
    lowercase = false,
    whitespace = false,
    epsSmoothing = false,
  } = options;
  const score = (sums: readonly number[]): number => fScore(sums, beta, epsSmoothing);
  const symbolsOf = (line: string): { characters: string[]; words: string[] } => {
    const text = lowercase ? line.toLowerCase() : line;
    return {
      characters: charactersOf(whitespace ? text : wordsOf(text).join("")),
      words: wordOrder > 0 ? wordsOf(text).flatMap(apart) : [],
    };
  };
  return {
    name: `chrF${beta}${"+".repeat(wordOrder)}`,
    isHigherBetter: true,
    signature: (references) =>
      `nrefs:${references}|case:${lowercase ? "lc" : "mixed"}|eff:${epsSmoothing ? "no" : "yes"}|nc:${charOrder}|nw:${wordOrder}|space:${whitespace ? "yes" : "no"}|version:${SACREBLEU}`,
    statistics: (hypothesis, references) => {
      const own = symbolsOf(hypothesis);
      let best: readonly number[] = [];
      let highest = -1;
      for (const reference of references) {
        const other = symbolsOf(reference);
        const statistics = [
          ...triples(own.characters, other.characters, charOrder),
          ...triples(own.words, other.words, wordOrder),
        ];
        const value = score(statistics);
        if (value > highest) [best, highest] = [statistics, value];
      }
      return best;
    },
    score,
  };
}

/** A word with the punctuation at one of its ends taken off. */
function apart(word: string): string[] {
  const characters = charactersOf(word);
  const [first, last] = [characters[0] ?? "", characters.at(-1) ?? ""];
  if (characters.length === 1) return [word];
  if (PUNCTUATION.has(last)) return [characters.slice(0, -1).join(""), last];
  return PUNCTUATION.has(first) ? [first, characters.slice(1).join("")] : [word];
}

const PUNCTUATION: ReadonlySet<string> = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** For each length: n-grams of the hypothesis, of the reference, and of both. */
function triples(hypothesis: readonly string[], reference: readonly string[], order: number): number[] {
  if (order === 0) return [];
  const counts = new NgramCounts(order);
  counts.add(reference);
  const matches = counts.matches(hypothesis);
  const [own, others] = [totals(hypothesis.length, order), totals(reference.length, order)];
  // Without n-grams of the reference, those of the hypothesis do not count either.
  return matches.flatMap((match, at) => [
    (others[at] as number) > 0 ? (own[at] as number) : 0,
    others[at] as number,
    match,
  ]);
}

const EPSILON = 1e-16;

function fScore(sums: readonly number[], beta: number, isSmoothed: boolean): number {
  const factor = beta ** 2;
  let [precision, recall, orders, smoothed] = [0, 0, 0, 0];
  for (let at = 0; at < sums.length; at += 3) {
    const [own, others, match] = [sums[at] as number, sums[at + 1] as number, sums[at + 2] as number];
    const p = own > 0 ? match / own : EPSILON;
    const r = others > 0 ? match / others : EPSILON;
    const denominator = factor * p + r;
    smoothed += denominator > 0 ? ((1 + factor) * p * r) / denominator : EPSILON;
    if (own > 0 && others > 0) {
      precision += p;
      recall += r;
      orders++;
    }
  }
  if (isSmoothed) return (100 * smoothed) / (sums.length / 3);
  if (orders === 0 || precision + recall === 0) return 0;
  const [p, r] = [precision / orders, recall / orders];
  return (100 * (1 + factor) * p * r) / (factor * p + r);
}
