import { Agenda } from "./agenda.ts";
import { type Corpus, type Counted, isPiece, type PieceRules, pointsOf, RARE, wordsOf } from "./corpus.ts";

/** A letter, or two neighbours that may become one. */
interface Sign {
  /** Its number, which stands for it in the text. */
  readonly number: number;
  /** Of the two neighbours. */
  readonly left: number;
  readonly right: number;
  readonly points: Int32Array;
  /** Where it stood, of which some places may no longer hold. */
  places: number[];
  count: number;
  isActive: boolean;
  isPending: boolean;
  isStale: boolean;
}

/**
 * Pieces by byte pair encoding: the two neighbours that come most often become one, again and again (Sennrich et al. 2016). Of equally
 * frequent ones the shorter goes first and then the first by code points, as in sentencepiece 0.2.3.
 * @returns the pieces that were merged, in order; the letters are not among them
 */
export function trainBpe(
  corpus: Corpus,
  wanted: number,
  rules: PieceRules,
  turn: (pieces: number) => Promise<void>,
): Promise<string[]> {
  const words: Counted = rules.splitByWhitespace
    ? wordsOf(corpus.sentences)
    : { texts: corpus.sentences, counts: corpus.sentences.map(() => 1) };
  return new Merges(words, rules).run(wanted, turn);
}

class Merges {
  private readonly rules: PieceRules;
  private readonly signs: Sign[] = [];
  private readonly pairs = new Map<number, Sign>();
  /** The text: at the first place of each sign its number, at others −1, and 0 between words. */
  private readonly text: Int32Array;
  private readonly times: Float64Array;
  private waiting: Sign[] = [];
  private readonly agenda = new Agenda<{ readonly count: number; readonly sign: Sign }>((a, b) =>
    a.count === b.count ? isBefore(b.sign.points, a.sign.points) : a.count < b.count,
  );

  constructor({ texts, counts }: Counted, rules: PieceRules) {
    this.rules = rules;
    const split = texts.map(pointsOf);
    const size = split.reduce((sum, { length }) => sum + length + 1, 1);
    this.text = new Int32Array(size);
    this.times = new Float64Array(size);
    this.newSign(0, 0, new Int32Array(0)); // what stands between words
    const letters = new Map<number, number>();
    let at = 1;
    for (const [i, points] of split.entries()) {
      for (const point of points) {
        const known = letters.get(point) ?? this.newSign(0, 0, Int32Array.of(point)).number;
        letters.set(point, known);
        this.text[at] = known;
        this.times[at] = counts[i] ?? 0;
        at++;
      }
      at++;
    }
    for (let i = 1; i + 1 < size; i++) if (this.text[i] !== 0 && this.text[i + 1] !== 0) this.addPair(i, i + 1);
    this.queueWaiting();
  }

  async run(wanted: number, turn: (pieces: number) => Promise<void>): Promise<string[]> {
    const found = new Set<string>();
    while (found.size < wanted) {
      const best = this.most();
      if (best === undefined) break;
      const piece = String.fromCodePoint(...best.points);
      if (found.has(piece)) {
        // The same letters by another way, as a + aa after aa + a.
        this.retire(best);
        continue;
      }
      found.add(piece);
      this.accept(best);
      this.queueWaiting();
      await turn(found.size);
    }
    return [...found];
  }

  private most(): Sign | undefined {
    for (let top = this.agenda.pop(); top !== undefined; top = this.agenda.pop()) {
      const { sign, count } = top;
      if (!sign.isActive || count !== sign.count) continue;
      if (!sign.isStale) return sign;
      this.recount(sign);
      this.agenda.push({ count: sign.count, sign });
    }
    return undefined;
  }

  /** Puts a sign in the place of its two neighbours everywhere. */
  private accept(sign: Sign): void {
    const { text } = this;
    this.recount(sign);
    for (const place of sign.places.toSorted((a, b) => a - b)) {
      if (text[place] === -1) continue; // the neighbours are alike, and the place before took this one
      const right = place + this.length(place);
      const next = right + this.length(right);
      const previous = this.before(place);
      this.unsettle(previous, place, sign);
      this.unsettle(right, next, sign);
      text[place] = sign.number;
      text[right] = -1;
      this.addPair(previous, place);
      this.addPair(place, next);
    }
    this.retire(sign);
  }

  private retire(sign: Sign): void {
    this.pairs.delete(pairOf(sign.left, sign.right));
    sign.isActive = false;
    sign.places = [];
  }

  private recount(sign: Sign): void {
    const { text, times } = this;
    const held = new Set<number>();
    sign.count = 0;
    for (const place of sign.places) {
      if (held.has(place) || text[place] !== sign.left || text[place + this.length(place)] !== sign.right) continue;
      held.add(place);
      sign.count += times[place] ?? 0;
    }
    sign.places = [...held];
    sign.isStale = false;
  }

  /** Notes that a pair may come less often than was counted. */
  private unsettle(left: number, right: number, best: Sign): void {
    const sign = this.pair(left, right);
    if (sign !== undefined && sign !== best) sign.isStale = true;
  }

  private addPair(left: number, right: number): void {
    const sign = this.pair(left, right);
    if (sign === undefined) return;
    sign.places.push(left);
    if (sign.isPending) return;
    sign.isPending = true;
    this.waiting.push(sign);
  }

  private queueWaiting(): void {
    for (const sign of this.waiting) {
      sign.isPending = false;
      if (!sign.isActive) continue;
      this.recount(sign);
      this.agenda.push({ count: sign.count, sign });
    }
    this.waiting = [];
  }

  /** The sign of two neighbours, if they may be one. */
  private pair(left: number, right: number): Sign | undefined {
    const [a, b] = [this.text[left] ?? 0, this.text[right] ?? 0];
    if (a <= 0 || b <= 0) return undefined;
    const key = pairOf(a, b);
    const known = this.pairs.get(key);
    if (known !== undefined) return known;
    const first = this.signs[a]?.points ?? new Int32Array(0);
    const second = this.signs[b]?.points ?? new Int32Array(0);
    if (first[0] === RARE || second[0] === RARE) return undefined;
    const points = new Int32Array(first.length + second.length);
    points.set(first);
    points.set(second, first.length);
    if (!isPiece(points, this.rules)) return undefined;
    const made = this.newSign(a, b, points);
    this.pairs.set(key, made);
    return made;
  }

  private newSign(left: number, right: number, points: Int32Array): Sign {
    const number = this.signs.length;
    const sign = {
      number,
      left,
      right,
      points,
      places: [],
      count: 0,
      isActive: true,
      isPending: false,
      isStale: true,
    };
    this.signs.push(sign);
    return sign;
  }

  /** How many letters the sign at a place has; 1 between words. */
  private length(place: number): number {
    return Math.max(1, this.signs[this.text[place] ?? 0]?.points.length ?? 1);
  }

  private before(place: number): number {
    let at = place - 1;
    while (this.text[at] === -1) at--;
    return at;
  }
}

function pairOf(left: number, right: number): number {
  return left * 2 ** 26 + right;
}

function isBefore(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return a.length < b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) < (b[i] ?? 0);
  return false;
}
