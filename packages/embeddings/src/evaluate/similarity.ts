import { assertString, checkOptions, inCall } from "@unfoldjs/tensor-core";
import { cosineSimilarity } from "../similarity/cosine.ts";
import type { WordVectors } from "../vectors/word-vectors.ts";
import { decimalOf } from "../formats/text.ts";
import { pearson, spearman } from "./correlation.ts";
import { assertEvaluation, EVALUATION, type EvaluationOptions, knownWords } from "./options.ts";

/** What `evaluateSimilarity` takes. */
export interface SimilarityOptions extends EvaluationOptions {
  /** What stands between the fields of a line. Default a tab. */
  readonly delimiter?: string;
}

/** How near the vectors' similarities are to people's. */
export interface SimilarityScore {
  readonly pearson: number;
  readonly spearman: number;
  /** Pairs that counted. */
  readonly pairs: number;
  /** Pairs with a word that has no vector. */
  readonly unknown: number;
  /** Lines that are no pair with a number. */
  readonly skipped: number;
}

/**
 * Compares cosine similarities with people's judgements (WordSim-353, SimLex-999), by the format and rules of gensim's
 * `evaluate_word_pairs`: a line holds two words and a number, lines that begin with # say nothing, others are skipped.
 * @param text what is in the file
 * @throws ValueError
 */
export function evaluateSimilarity(
  vectors: WordVectors,
  text: string,
  options: SimilarityOptions = {},
): SimilarityScore {
  const op = "evaluateSimilarity";
  assertEvaluation(op, vectors, text);
  checkOptions<SimilarityOptions>(op, options, { ...EVALUATION, delimiter: assertString });
  const { delimiter = "\t", dummyForUnknown = false } = options;
  const { plain, rows } = knownWords(vectors, options);
  const [people, model]: [number[], number[]] = [[], []];
  let [unknown, skipped] = [0, 0];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const fields = line.split(delimiter);
    const [first = "", second = "", number = ""] = fields.map((field) => field.trim());
    const judged = decimalOf(number);
    if (fields.length !== 3 || Number.isNaN(judged)) {
      skipped++;
      continue;
    }
    const [a, b] = [rows.get(plain(first)), rows.get(plain(second))];
    if (a === undefined || b === undefined) {
      unknown++;
      if (!dummyForUnknown) continue;
    }
    people.push(judged);
    model.push(a === undefined || b === undefined ? 0 : inCall(op, () => between(vectors, a, b)));
  }
  return { pearson: pearson(people, model), spearman: spearman(people, model), pairs: people.length, unknown, skipped };
}

function between(vectors: WordVectors, a: number, b: number): number {
  const cosine = cosineSimilarity(vectors.vector(vectors.words[a] ?? ""), vectors.vector(vectors.words[b] ?? ""));
  // Equal ones are to share a rank: beyond the digits of an f32 they differ by rounding.
  return Math.fround(cosine);
}
