import {
  byteLength,
  byPoints,
  type Corpus,
  type Counted,
  isPiece,
  type PieceRules,
  pointsOf,
  RARE,
  wordsOf,
} from "./corpus.ts";
import { log } from "./exactly.ts";
import { Lattice, type PieceScores } from "./lattice.ts";
import { commonPrefixes, repeated, suffixArray } from "./suffix-array.ts";
import { Trie } from "./trie.ts";

/** How a unigram model is learnt. */
export interface UnigramRules extends PieceRules {
  readonly vocabularySize: number;
  /** Strings that come again and again that are tried as pieces. */
  readonly seedSize: number;
  /** Which share of the pieces is kept each time. */
  readonly shrinkingFactor: number;
  /** Steps of expectation and maximisation before each shrinking. */
  readonly subIterations: number;
  /** In how many parts sums over words are added: sentencepiece's threads, 16 if nothing is said. */
  readonly parts: number;
}

/** What a piece is called and the logarithm of its probability. */
export type Scored = readonly [piece: string, score: number];

/** How much less likely than the least likely piece a letter is that is none (sentencepiece). */
export const UNKNOWN_PENALTY = 10;
/** Pieces that are expected to come less often are dropped. */
const TOO_RARE = 0.5;
/** How much the scores of letters that were dropped and come back differ. */
const LETTER_STEP = 0.0001;
const RARE_LETTER = /* @__PURE__ */ String.fromCodePoint(RARE);
const f32 = Math.fround;

/**
 * Pieces of a unigram language model (Kudo 2018): from all strings that come again, by expectation and maximisation, those whose loss
 * makes the text least unlikely are dropped until as many are left as are wanted. Sums are rounded where sentencepiece 0.2.3 rounds.
 * @param room for how many pieces there is room beside the specials
 */
export async function trainUnigram(
  corpus: Corpus,
  room: number,
  rules: UnigramRules,
  turn: (pieces: number) => Promise<void>,
): Promise<Scored[]> {
  let pieces = seedPieces(corpus.sentences, rules);
  const words: Counted = rules.splitByWhitespace
    ? wordsOf(corpus.sentences)
    : { texts: corpus.sentences, counts: corpus.sentences.map(() => 1) };
  const points = words.texts.map(pointsOf);
  const desired = Math.floor(rules.vocabularySize * 1.1);
  for (;;) {
    for (let i = 0; i < rules.subIterations; i++) {
      pieces = maximised(pieces, expectedTimes(scoresOf(pieces), pieces.length, points, words.counts, rules.parts));
      await turn(pieces.length);
    }
    pieces = pruned(pieces, points, words.counts, desired, rules);
    await turn(pieces.length);
    if (pieces.length <= desired) break;
  }
  return finalPieces(reachable(pieces), corpus, room);
}

/** All letters, and strings that come at least twice, by how many letters of the text they cover. */
function seedPieces(sentences: readonly string[], rules: UnigramRules): Scored[] {
  const letters = new Map<string, number>();
  for (const sentence of sentences) {
    for (const letter of sentence) {
      if (letter !== RARE_LETTER) letters.set(letter, (letters.get(letter) ?? 0) + 1);
    }
  }
  const bytes = new TextEncoder().encode(sentences.map((sentence) => `${sentence}\0`).join(""));
  const times = new Map<string, number>();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a piece may begin with U+FEFF
  const isInside = (place: number): boolean => ((bytes[place] ?? 0) & 0xc0) === 0x80;
  const most = 4 * rules.maxPieceLength + 1;
  const text = Int32Array.from(bytes);
  const order = suffixArray(text, 256);
  repeated(order, commonPrefixes(text, order), (place, length, count) => {
    if (length <= 1 || length > most || isInside(place) || isInside(place + length)) return;
    // A sentence's end says that a piece ends, and is none.
    const end = bytes[place + length - 1] === 0 ? place + length - 1 : place + length;
    const stretch = bytes.subarray(place, end);
    if (stretch.includes(0)) return;
    const piece = decoder.decode(stretch);
    const points = pointsOf(piece);
    if (points.length > 1 && isPiece(points, rules)) times.set(piece, (times.get(piece) ?? 0) + count);
  });
  const seeds = [...times]
    .map(([piece, count]) => ({ piece, score: f32(count * pointsOf(piece).length), bytes: byteLength(piece) }))
    .toSorted((a, b) => b.score - a.score || b.bytes - a.bytes || byPoints(a.piece, b.piece))
    .slice(0, rules.seedSize);
  const all: [string, number][] = [...letters].toSorted(([a, m], [b, n]) => n - m || byPoints(a, b));
  for (const { piece, score } of seeds) all.push([piece, score]);
  const whole = log(all.reduce((sum, [, score]) => sum + f32(score), 0));
  return all.map(([piece, score]) => [piece, f32(log(f32(score)) - whole)]);
}

/** The pieces as a lattice wants them: letters that are none count for the first, as in sentencepiece's trainer. */
function scoresOf(pieces: readonly Scored[]): PieceScores {
  const scores = Float32Array.from(pieces, ([, score]) => score);
  const least = scores.reduce((a, b) => Math.min(a, b), Infinity);
  const names = pieces.map(([piece]) => piece);
  return { trie: new Trie(names), scores, unknown: { id: 0, score: f32(least - UNKNOWN_PENALTY) } };
}

/** How often each piece is expected to come in the words. */
function expectedTimes(
  model: PieceScores,
  size: number,
  points: readonly Int32Array[],
  counts: readonly number[],
  parts: number,
): Float32Array {
  let all: Float32Array | undefined;
  for (let part = 0; part < parts; part++) {
    const own = new Float32Array(size);
    for (let i = part; i < points.length; i += parts) {
      new Lattice(points[i] ?? [], model).addExpected(counts[i] ?? 0, own);
    }
    if (all === undefined) all = own;
    else for (let k = 0; k < size; k++) all[k] = (all[k] ?? 0) + (own[k] ?? 0);
  }
  return all ?? new Float32Array(size);
}

/** The pieces with their new scores: a sparse prior makes those less likely that are rarely expected (Liang & Klein 2007). */
function maximised(pieces: readonly Scored[], expected: Float32Array): Scored[] {
  const kept: [string, number][] = [];
  let sum = 0;
  for (const [i, [piece]] of pieces.entries()) {
    const times = expected[i] ?? 0;
    if (times < TOO_RARE) continue;
    kept.push([piece, times]);
    sum = f32(sum + times);
  }
  const whole = f32(digamma(sum));
  return kept.map(([piece, times]) => [piece, f32(digamma(times) - whole)]);
}

/** The derivative of ln Γ, by its recurrence and its asymptotic series. */
function digamma(from: number): number {
  let [x, sum] = [from, 0];
  for (; x < 7; x++) sum -= 1 / x;
  x -= 1 / 2;
  const xx = 1 / x;
  const xx2 = xx * xx;
  const xx4 = xx2 * xx2;
  return sum + log(x) + (1 / 24) * xx2 - (7 / 960) * xx4 + (31 / 8064) * xx4 * xx2 - (127 / 30720) * xx4 * xx4;
}

/** The pieces without those that the text misses least. */
function pruned(
  pieces: readonly Scored[],
  points: readonly Int32Array[],
  counts: readonly number[],
  desired: number,
  rules: UnigramRules,
): Scored[] {
  const model = scoresOf(pieces);
  const isKept = new Uint8Array(pieces.length).fill(1);
  // What a piece would be taken apart into if there were no such piece.
  const alternatives = pieces.map(([piece], i): readonly number[] => {
    const lattice = new Lattice(pointsOf(piece), model);
    const [first, second] = lattice.nBest(2);
    if (second === undefined || first === undefined) return [];
    if (first.nodes.length >= 2) isKept[i] = 0;
    return first.nodes.length === 1 ? second.nodes.map((node) => lattice.ids[node] ?? 0) : [];
  });
  const times = new Float32Array(pieces.length);
  for (const [i, word] of points.entries()) {
    const lattice = new Lattice(word, model);
    for (const node of lattice.best().nodes) {
      const id = lattice.ids[node] ?? 0;
      if (id >= 0) times[id] = (times[id] ?? 0) + (counts[i] ?? 0);
    }
  }
  const sum = f32(times.reduce((all, one) => all + one, 0));
  const whole = f32(log(sum));
  const kept: Scored[] = [];
  const candidates: { readonly piece: Scored; readonly i: number; readonly loss: number }[] = [];
  for (const [i, piece] of pieces.entries()) {
    const own = times[i] ?? 0;
    const others = alternatives[i] ?? [];
    if (own === 0 || isKept[i] === 0) continue;
    if (others.length === 0) {
      kept.push(piece);
      continue;
    }
    const withIt = f32(log(own) - whole);
    // Without it, each of the others comes as often more.
    const wholeWithout = f32(log(f32(sum + f32(own * (others.length - 1)))));
    let withoutIt = 0;
    for (const other of others) withoutIt = f32(withoutIt + (log(f32((times[other] ?? 0) + own)) - wholeWithout));
    candidates.push({ piece, i, loss: f32(f32(own / sum) * f32(withIt - withoutIt)) });
  }
  const most = Math.max(desired, Math.trunc(f32(f32(rules.shrinkingFactor) * pieces.length)));
  for (const { piece } of candidates.toSorted((a, b) => b.loss - a.loss || a.i - b.i)) {
    if (kept.length === most) break;
    kept.push(piece);
  }
  return kept;
}

/** The pieces without those that are less likely than what they can be taken apart into. */
function reachable(pieces: readonly Scored[]): Scored[] {
  const model = scoresOf(pieces);
  return pieces.filter(([piece], i) => {
    const points = pointsOf(piece);
    const lattice = new Lattice(points, model);
    const own = lattice.ids.findIndex((id, node) => id === i && lattice.lengths[node] === points.length);
    const score = lattice.scores[own] ?? 0;
    lattice.scores[own] = -Infinity;
    return lattice.best().score <= score;
  });
}

/** All letters, and the likeliest other pieces for which there is room. */
function finalPieces(pieces: readonly Scored[], corpus: Corpus, room: number): Scored[] {
  const scores = new Map(pieces);
  const final = new Map<string, number>();
  const least = pieces.reduce((a, [, score]) => Math.min(a, score), Infinity);
  let back = 0;
  for (const [point] of corpus.letters) {
    const letter = String.fromCodePoint(point);
    const score = scores.get(letter);
    final.set(letter, score ?? f32(least + back));
    if (score === undefined) back = f32(back + LETTER_STEP);
  }
  const inOrder = ([a, m]: Scored, [b, n]: Scored): number => n - m || byPoints(a, b);
  for (const [piece, score] of pieces.toSorted(inOrder)) {
    if (final.has(piece)) continue;
    if (final.size >= room) break;
    final.set(piece, score);
  }
  return [...final].toSorted(inOrder);
}
