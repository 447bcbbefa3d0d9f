import { ValueError } from "@unfoldjs/tensor-core";
import { anyOf, type Normaliser } from "./normalise.ts";
import type { Piece } from "./model-file.ts";
import { isInherited, scriptOf } from "./scripts.ts";

/** U+2585 stands for letters that are too rare to be pieces; texts that have it are left out, as in sentencepiece. */
export const RARE = 0x2585;
const SPACE_POINT = 0x2581;
/** Ends pieces where a special symbol stood. */
const BOUNDARY = "\u001f";

/** Sentences or words, as code points, and how often each comes. */
export interface Counted {
  readonly texts: readonly string[];
  readonly counts: readonly number[];
}

/** What pieces may be. */
export interface PieceRules {
  readonly maxPieceLength: number;
  readonly splitByUnicodeScript: boolean;
  readonly splitByNumber: boolean;
  readonly splitByWhitespace: boolean;
  readonly splitDigits: boolean;
}

/** How a text is made ready to learn pieces from. */
export interface CorpusRules extends PieceRules {
  readonly maxSentenceLength: number;
  readonly characterCoverage: number;
}

/** A text that is ready, and the letters that will be pieces, frequent ones first. */
export interface Corpus {
  readonly sentences: readonly string[];
  readonly letters: readonly (readonly [point: number, count: number])[];
}

/**
 * Normalises sentences, puts special symbols away and finds the letters that will be pieces.
 * @throws ValueError if there is no text
 */
export async function readCorpus(
  op: string,
  texts: Iterable<string> | AsyncIterable<string>,
  normaliser: Normaliser,
  specials: readonly Piece[],
  rules: CorpusRules,
): Promise<Corpus> {
  const boundaries = anyOf(
    specials.map(({ piece }) => piece),
    "gu",
  );
  const sentences: string[] = [];
  let count = 0;
  for await (const given of texts) {
    if (typeof given !== "string") {
      throw new ValueError(op, { number: count, got: typeof given }, "texts are strings", 'texts = ["a sentence", …]');
    }
    count++;
    const text = withoutLineEnd(given);
    if (text === "" || text.includes("\u2585") || byteLength(text) > rules.maxSentenceLength) continue;
    const normal = textOf(normaliser.normalise(text).points);
    sentences.push(boundaries === undefined ? normal : normal.replace(boundaries, BOUNDARY));
  }
  // Empty ones go, and the last takes the place, as in sentencepiece: the order of sentences shows in its vocabularies.
  for (let i = 0; i < sentences.length;) {
    if (sentences[i] !== "") i++;
    else {
      const last = sentences.pop() ?? "";
      if (i < sentences.length) sentences[i] = last;
    }
  }
  if (sentences.length === 0) {
    throw new ValueError(
      op,
      { texts: count, maxSentenceLength: rules.maxSentenceLength },
      "there is no text to learn from",
    );
  }
  const times = new Map<number, number>();
  let total = 0;
  for (const sentence of sentences) {
    for (const letter of sentence) {
      const point = letter.codePointAt(0) ?? 0;
      if (point === 0) continue;
      times.set(point, (times.get(point) ?? 0) + 1);
      total++;
    }
  }
  const letters: [number, number][] = [];
  let covered = 0;
  const coverage = Math.fround(rules.characterCoverage);
  for (const [point, times_] of [...times].toSorted(([a, m], [b, n]) => n - m || a - b)) {
    if (Math.fround(covered / total) >= coverage) break;
    covered += times_;
    if (point !== 0x1f) letters.push([point, times_]);
  }
  const kept = new Set(letters.map(([point]) => point));
  const rare = String.fromCodePoint(RARE);
  const shown = sentences.map((sentence) => {
    let all = true;
    for (const letter of sentence) if (!kept.has(letter.codePointAt(0) ?? 0)) all = false;
    return all ? sentence : Array.from(sentence, (one) => (kept.has(one.codePointAt(0) ?? 0) ? one : rare)).join("");
  });
  return { sentences: shown, letters };
}

/** The words of sentences, each from its U+2581 on, the most frequent first and equal ones by their code points. */
export function wordsOf(sentences: readonly string[]): Counted {
  const times = new Map<string, number>();
  for (const sentence of sentences) {
    for (const word of sentence.match(/^[^\u2581]+|\u2581[^\u2581]*/gu) ?? [])
      times.set(word, (times.get(word) ?? 0) + 1);
  }
  const sorted = [...times].toSorted(([a, m], [b, n]) => n - m || byPoints(a, b));
  return { texts: sorted.map(([word]) => word), counts: sorted.map(([, count]) => count) };
}

/** True if a piece may be made of these letters. */
export function isPiece(points: ArrayLike<number>, rules: PieceRules): boolean {
  const { length } = points;
  if (length === 0 || length > rules.maxPieceLength) return false;
  let before = -1;
  for (let i = 0; i < length; i++) {
    const point = points[i] ?? 0;
    if (point === RARE || point === 0 || point === 0x1f || point === 0x20) return false;
    if (point >= 0xd800 && point < 0xe000) return false;
    if (point === SPACE_POINT) {
      // A space begins a piece; where words are not split it may stand in the middle, but not at the end.
      if (i > 0 && (rules.splitByWhitespace || i === length - 1)) return false;
      continue;
    }
    const isDigit = (point >= 0x30 && point <= 0x39) || (point >= 0xff10 && point <= 0xff19);
    if (isDigit && rules.splitDigits && length > 1) return false;
    let script = scriptOf(point);
    if (isInherited(script)) script = before;
    if (isDigit && !rules.splitByNumber) script = -1;
    if (rules.splitByUnicodeScript && script !== -1 && before !== -1 && script !== before) return false;
    before = script;
  }
  return true;
}

/** The order of UTF-8 bytes, which is that of code points. */
export function byPoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // Surrogates stand for points beyond all other units.
    if (x >= 0xd800) x = x < 0xe000 ? x + 0x2000 : x - 0x800;
    if (y >= 0xd800) y = y < 0xe000 ? y + 0x2000 : y - 0x800;
    return x - y;
  }
  return a.length - b.length;
}

/** The code points of a text. */
export function pointsOf(text: string): Int32Array {
  return Int32Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
}

/** A line without its end, which is no letter of it. */
function withoutLineEnd(line: string): string {
  let { length } = line;
  while (length > 0 && (line[length - 1] === "\n" || line[length - 1] === "\r")) length--;
  return line.slice(0, length);
}

/** The text of code points. */
export function textOf(points: Int32Array): string {
  let text = "";
  for (let i = 0; i < points.length; i += 4096) text += String.fromCodePoint(...points.subarray(i, i + 4096));
  return text;
}

/** How many bytes of UTF-8 a text takes. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
  }
  return bytes;
}
