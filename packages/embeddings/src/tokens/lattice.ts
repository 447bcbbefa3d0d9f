import { Agenda } from "./agenda.ts";
import { exp, log1p } from "./exactly.ts";
import type { Trie } from "./trie.ts";

/** A way through a lattice: the nodes, and the sum of their scores. */
export interface Path {
  readonly nodes: readonly number[];
  readonly score: number;
}

/** What a lattice knows of the pieces. */
export interface PieceScores {
  readonly trie: Trie;
  readonly scores: ArrayLike<number>;
  /** The id and the score of a code point that no piece begins with. */
  readonly unknown: { readonly id: number; readonly score: number };
}

/** How many hypotheses wait, live and are tried at most in a search for the best ways, and how many are kept (sentencepiece). */
const [MOST_WAITING, MOST_ALIVE, MOST_TRIED, KEPT, MOST_SHRINKINGS] = [10_000, 100_000, 500_000, 512, 10];
/** Beyond this the smaller of two logarithms no longer counts (sentencepiece). */
const NEGLIGIBLE = 50;
/** What stands before the first and after the last piece. */
const [BOS, EOS] = [-1, -2];
const f32 = Math.fround;

/**
 * All ways to take a text apart into pieces. A node is a piece at a place; sums are rounded to f32 where sentencepiece's are,
 * since which of two equally likely ways is taken depends on it.
 */
export class Lattice {
  readonly ids: number[] = [];
  readonly starts: number[] = [];
  readonly lengths: number[] = [];
  readonly scores: number[] = [];
  private readonly begins: number[][] = [];
  private readonly ends: number[][] = [];
  private readonly size: number;

  constructor(points: ArrayLike<number>, { trie, scores, unknown }: PieceScores) {
    const size = points.length;
    this.size = size;
    for (let i = 0; i <= size; i++) {
      this.begins.push([]);
      this.ends.push([]);
    }
    for (let start = 0; start < size; start++) {
      let hasSingle = false;
      let node = 0;
      for (let i = start; i < size; i++) {
        node = trie.step(node, points[i] ?? 0);
        if (node === -1) break;
        const id = trie.id(node);
        if (id === -1) continue;
        this.insert(id, start, i + 1 - start, scores[id] ?? 0);
        if (i === start) hasSingle = true;
      }
      if (!hasSingle) this.insert(unknown.id, start, 1, unknown.score);
    }
  }

  /** The most likely way, and the first found of equally likely ones. */
  best(): Path {
    const { previous, reached } = this.forward();
    const nodes: number[] = [];
    for (let at = this.size; at > 0;) {
      const node = previous[at] ?? 0;
      nodes.push(node);
      at = this.starts[node] ?? 0;
    }
    return { nodes: nodes.toReversed(), score: reached[this.size] ?? 0 };
  }

  /** The likeliest ways, from the likeliest on: A* from the end, where the best way from the beginning is known. */
  nBest(count: number): Path[] {
    if (this.size === 0) return [{ nodes: [], score: 0 }];
    interface Hypothesis {
      readonly node: number;
      readonly at: number;
      readonly next: Hypothesis | undefined;
      readonly sum: number;
      readonly hoped: number;
    }
    const { reached } = this.forward();
    let agenda = new Agenda<Hypothesis>((a, b) => a.hoped < b.hoped);
    agenda.push({ node: EOS, at: this.size, next: undefined, sum: 0, hoped: reached[this.size] ?? 0 });
    let [alive, total, shrinkings, mostAlive] = [1, 1, 0, MOST_ALIVE];
    const found: Path[] = [];
    for (let top = agenda.pop(); top !== undefined; top = agenda.pop()) {
      if (top.node === BOS) {
        const nodes: number[] = [];
        for (let h = top.next; h !== undefined && h.node !== EOS; h = h.next) nodes.push(h.node);
        found.push({ nodes, score: top.sum });
        if (found.length === count) break;
        continue;
      }
      if (top.at === 0) agenda.push({ node: BOS, at: 0, next: top, sum: top.sum, hoped: top.sum });
      else
        for (const node of this.ends[top.at] ?? []) {
          const at = this.starts[node] ?? 0;
          const own = this.scores[node] ?? 0;
          const hoped = f32(f32((reached[at] ?? 0) + own) + top.sum);
          agenda.push({ node, at, next: top, sum: f32(own + top.sum), hoped });
        }
      alive += this.ends[top.at]?.length ?? 0;
      total += this.ends[top.at]?.length ?? 0;
      // Long texts have too many ways: those least hoped for are given up, and at last all but the best, as in sentencepiece.
      if (total >= MOST_TRIED || alive >= MOST_TRIED) return [this.best()];
      const kept = Math.min(KEPT, count * 10);
      if (agenda.size < MOST_WAITING && (agenda.size <= kept || alive < mostAlive)) continue;
      if (shrinkings++ >= MOST_SHRINKINGS) return [this.best()];
      const fewer = new Agenda<Hypothesis>((a, b) => a.hoped < b.hoped);
      const needed = new Set<Hypothesis>();
      for (let i = Math.min(agenda.size, kept); i > 0; i--) {
        const one = agenda.pop();
        if (one === undefined) break;
        fewer.push(one);
        for (let h: Hypothesis | undefined = one; h !== undefined && !needed.has(h); h = h.next) needed.add(h);
      }
      agenda = fewer;
      alive = needed.size;
      mostAlive = alive + MOST_ALIVE;
    }
    return found;
  }

  /**
   * Adds to `expected`, by id, how often each piece comes in all ways, by their probability, times `times`.
   * @returns the logarithm of the sum of the probabilities of all ways
   */
  addExpected(times: number, expected: Float32Array): number {
    const { size, begins, ids, scores, starts, lengths } = this;
    const before = this.sums(1);
    const after = new Float32Array(size + 1);
    for (let at = size - 1; at >= 0; at--) {
      let sum = 0;
      for (const [i, node] of (begins[at] ?? []).entries()) {
        const one = f32((scores[node] ?? 0) + (after[at + (lengths[node] ?? 0)] ?? 0));
        sum = i === 0 ? one : logAdd(sum, one);
      }
      after[at] = sum;
    }
    const whole = before[size] ?? 0;
    for (let at = 0; at < size; at++) {
      for (const node of begins[at] ?? []) {
        const id = ids[node] ?? 0;
        if (id < 0) continue;
        const start = before[starts[node] ?? 0] ?? 0;
        const end = after[at + (lengths[node] ?? 0)] ?? 0;
        const share = exp(f32(f32(f32(start + (scores[node] ?? 0)) + end) - whole));
        expected[id] = f32((expected[id] ?? 0) + times * share);
      }
    }
    return whole;
  }

  /**
   * A way drawn by chance: with the probability of each to the power of `alpha`, among all.
   * @param draw a number from 0 up to 1, anew at each call
   */
  sample(alpha: number, draw: () => number): Path {
    const sums = this.sums(alpha);
    const nodes: number[] = [];
    let score = 0;
    for (let at = this.size; at > 0;) {
      const choices = this.ends[at] ?? [];
      let left = draw();
      let chosen = choices.at(-1) ?? 0;
      for (const node of choices) {
        left -= exp((sums[this.starts[node] ?? 0] ?? 0) + alpha * (this.scores[node] ?? 0) - (sums[at] ?? 0));
        if (left >= 0) continue;
        chosen = node;
        break;
      }
      nodes.push(chosen);
      score += this.scores[chosen] ?? 0;
      at = this.starts[chosen] ?? 0;
    }
    return { nodes: nodes.toReversed(), score };
  }

  /** The logarithm of the sum of all ways' probabilities up to each place. */
  private sums(alpha: number): Float32Array {
    const { size, ends, scores, starts } = this;
    const sums = new Float32Array(size + 1);
    for (let at = 1; at <= size; at++) {
      let sum = 0;
      for (const [i, node] of (ends[at] ?? []).entries()) {
        const one = f32(f32(alpha * (scores[node] ?? 0)) + (sums[starts[node] ?? 0] ?? 0));
        sum = i === 0 ? one : logAdd(sum, one);
      }
      sums[at] = sum;
    }
    return sums;
  }

  /** For each place the best sum that reaches it and the node that it ends with. */
  private forward(): { readonly previous: Int32Array; readonly reached: Float32Array } {
    const previous = new Int32Array(this.size + 1).fill(-1);
    const reached = new Float32Array(this.size + 1);
    for (let at = 1; at <= this.size; at++) {
      for (const node of this.ends[at] ?? []) {
        const score = f32((reached[this.starts[node] ?? 0] ?? 0) + (this.scores[node] ?? 0));
        if ((previous[at] ?? -1) >= 0 && score <= (reached[at] ?? 0)) continue;
        previous[at] = node;
        reached[at] = score;
      }
    }
    return { previous, reached };
  }

  private insert(id: number, start: number, length: number, score: number): void {
    const node = this.ids.length;
    this.ids.push(id);
    this.starts.push(start);
    this.lengths.push(length);
    this.scores.push(score);
    this.begins[start]?.push(node);
    this.ends[start + length]?.push(node);
  }
}

/** The logarithm of a sum, of the logarithms of what is added. */
function logAdd(a: number, b: number): number {
  const [least, most] = a < b ? [a, b] : [b, a];
  if (most > f32(least + NEGLIGIBLE)) return most;
  return f32(most + log1p(exp(f32(least - most))));
}
