import { checkOptions, FormatError, fromArray, scope, inCall } from "@unfoldjs/tensor-core";
import type { WordVectors } from "../vectors/word-vectors.ts";
import { assertEvaluation, EVALUATION, type EvaluationOptions, type KnownWords, knownWords } from "./options.ts";

/** a is to b as c is to expected. */
export type Quadruple = readonly [a: string, b: string, c: string, expected: string];

/** The analogies of a section. */
export interface AnalogySection {
  readonly section: string;
  readonly correct: readonly Quadruple[];
  readonly incorrect: readonly Quadruple[];
}

/** How many analogies came out. */
export interface AnalogyScore {
  /** The share of those that counted; NaN if none did. */
  readonly accuracy: number;
  readonly sections: readonly AnalogySection[];
  /** Lines of four words. */
  readonly analogies: number;
  /** Those with a word that has no vector. */
  readonly unknown: number;
  /** Lines that are not four words. */
  readonly skipped: number;
}

/** Analogies that are searched together. */
const TOGETHER = 256;
/** Words looked at for each: gensim's five, and those asked with. */
const LOOKED_AT = 8;

interface Asked {
  readonly words: Quadruple;
  readonly rows: readonly number[] | undefined;
  readonly section: { correct: Quadruple[]; incorrect: Quadruple[] };
}

/**
 * Tries analogies by 3CosAdd, in the format and by the rules of gensim's `evaluate_word_analogies` (Mikolov et al. 2013's
 * questions-words.txt): lines of four words below `: name of a section`. Words asked with do not count as answers.
 * @param text what is in the file
 * @throws FormatError if there is a line before the first section
 */
export function evaluateAnalogies(vectors: WordVectors, text: string, options: EvaluationOptions = {}): AnalogyScore {
  const op = "evaluateAnalogies";
  assertEvaluation(op, vectors, text);
  checkOptions<EvaluationOptions>(op, options, EVALUATION);
  const known = knownWords(vectors, options);
  const { sections, asked, skipped } = read(op, text, known);
  const answerable = asked.filter(({ rows }) => rows !== undefined);
  for (let start = 0; start < answerable.length; start += TOGETHER) {
    const together = answerable.slice(start, start + TOGETHER);
    for (const [at, isRight] of inCall(op, () => answers(vectors, known, together, options)).entries()) {
      const each = together[at];
      each?.section[isRight ? "correct" : "incorrect"].push(each.words);
    }
  }
  if (options.dummyForUnknown === true) {
    for (const { rows, section, words } of asked) if (rows === undefined) section.incorrect.push(words);
  }
  const count = (which: "correct" | "incorrect"): number => sections.reduce((sum, each) => sum + each[which].length, 0);
  return {
    accuracy: count("correct") / (count("correct") + count("incorrect")),
    sections,
    analogies: asked.length,
    unknown: asked.length - answerable.length,
    skipped,
  };
}

function read(
  op: string,
  text: string,
  { plain, rows }: KnownWords,
): { sections: (Asked["section"] & { section: string })[]; asked: Asked[]; skipped: number } {
  const sections: (Asked["section"] & { section: string })[] = [];
  const asked: Asked[] = [];
  let skipped = 0;
  for (const [at, line] of text.split("\n").entries()) {
    if (line.startsWith(": ")) {
      sections.push({ section: line.slice(2).trim(), correct: [], incorrect: [] });
      continue;
    }
    const fields = line.trim().split(/\s+/);
    if (fields.length === 1 && fields[0] === "") continue;
    const section = sections.at(-1);
    if (section === undefined)
      throw new FormatError(
        op,
        { line: at + 1, text: line.slice(0, 60) },
        "a section must be named before its analogies",
        'write ": name" above them',
      );
    const [a, b, c, expected, ...more] = fields;
    if (a === undefined || b === undefined || c === undefined || expected === undefined || more.length > 0) {
      skipped++;
      continue;
    }
    const words: Quadruple = [plain(a), plain(b), plain(c), plain(expected)];
    const found = words.map((word) => rows.get(word));
    asked.push({ words, rows: found.every((row) => row !== undefined) ? found : undefined, section });
  }
  return { sections, asked, skipped };
}

/** Whether each comes out. */
function answers(
  vectors: WordVectors,
  { plain, rows }: KnownWords,
  together: readonly Asked[],
  { restrict = 300_000 }: EvaluationOptions,
): boolean[] {
  const { size } = vectors;
  const queries = new Float32Array(together.length * size);
  for (const [at, each] of together.entries()) queries.set(offset(vectors, each.rows ?? []), at * size);
  const found = scope(() => vectors.nearest(fromArray(queries, [together.length, size]), LOOKED_AT, restrict));
  return together.map(({ words, rows: asked }, at) => {
    const [a, b, c, expected] = words;
    const others = Array.from(found[at] ?? []).filter((row) => !asked?.slice(0, 3).includes(row));
    for (const row of others.slice(0, 5)) {
      const word = plain(vectors.words[row] ?? "");
      if (rows.has(word) && word !== a && word !== b && word !== c) return word === expected;
    }
    return false;
  });
}

/** b + c − a, each of length 1. */
function offset(vectors: WordVectors, [a = 0, b = 0, c = 0]: readonly number[]): Float32Array {
  const lengths = vectors.lengths();
  const of = (row: number): Float32Array => vectors.vector(vectors.words[row] ?? "");
  const [ofA, ofB, ofC] = [of(a), of(b), of(c)];
  const inverse = (row: number): number => 1 / (lengths[row] || 1);
  return ofB.map((each, at) => each * inverse(b) + (ofC[at] ?? 0) * inverse(c) - (ofA[at] ?? 0) * inverse(a));
}
