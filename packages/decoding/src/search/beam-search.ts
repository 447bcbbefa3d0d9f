import { SearchError } from "../errors/decoding-error.ts";
import type { Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import { bestScore, coveragePenalty, type LengthRule } from "../length/length-rule.ts";
import { TopK } from "../select/top-k.ts";
import type { Candidate, StepRecord, Verdict } from "../trace/trace.ts";
import type { Ending } from "./ending.ts";
import { FinishedList } from "./finished.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

/**
 * When a beam search ends before the maximum length.
 * - `"exact"`: when no live hypothesis can still win, whatever its length will be under the rule of length.
 * - `"first"`: with the first finished hypothesis.
 * - `"full"`: with as many finished as the beam is wide.
 * - `"current length"`: as "full", and the best live one, if it ended now, would not be among them.
 * - `"maximum length"`: likewise, if it ended at the maximum length without losing anything.
 * - `"top"`: when the best candidate of a step is a finished one, and there are as many as results are wanted.
 * - `"never"`.
 */
export type EarlyStopping = "exact" | "first" | "full" | "current length" | "maximum length" | "top" | "never";

export interface BeamSettings {
  readonly op: string;
  readonly sentence: number;
  readonly width: number;
  readonly nBest: number;
  readonly length: LengthRule;
  /** β of GNMT's coverage penalty; 0: none. */
  readonly coverage: number;
  readonly ending: Ending;
  readonly prefix: readonly number[];
  readonly earlyStopping: EarlyStopping;
  /** Whether a finished hypothesis makes place for the next best candidate, or the beam grows narrower by it. */
  readonly refill: boolean;
  readonly record: ((step: StepRecord) => void) | undefined;
  readonly processors: readonly string[];
}

/** A live hypothesis. */
interface Live {
  readonly node: number;
  readonly sum: number;
  /** The attention to each position of the source, added up; only under a coverage penalty. */
  readonly attended: Float64Array | undefined;
  /** The rows of attention, newest first, shared as the prefixes are. */
  readonly attention: AttentionChain | undefined;
  /** Its number in the trace. */
  readonly id: number;
}

interface AttentionChain {
  readonly weights: Float32Array;
  readonly before: AttentionChain | undefined;
}

/**
 * Beam search over one sentence: in each step the best continuations of all live hypotheses, by the sum of their log-
 * probabilities; those that end among the first `width` candidates are finished, and scored under the rule of length.
 */
export class BeamSearch implements RowSearch {
  readonly #settings: BeamSettings;
  readonly #store: PrefixStore = new PrefixStore();
  readonly #finished: FinishedList;
  /** Candidates of a step; made anew when there may be more of them. */
  #top: TopK = new TopK(0);
  #live: Live[];
  #length = 0;
  #ids = 1;
  #topEnded = false;
  /** What is subtracted from a token's log-probability before candidates are compared, by groups of a diverse beam. */
  readonly penalties: Map<number, number> = new Map();

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    this.#finished = new FinishedList(this.#store, Math.max(settings.width, settings.nBest));
    this.#live = [{ node: this.#store.root(), sum: 0, attended: undefined, attention: undefined, id: 0 }];
  }

  get rows(): number {
    return this.#live.length;
  }

  token(row: number): number {
    return this.#store.token((this.#live[row] as Live).node);
  }

  tokens(row: number): Int32Array {
    return this.#store.tokens((this.#live[row] as Live).node);
  }

  /** What a step keeps, in nodes of the tree: for those who watch memory. */
  get nodes(): number {
    return this.#store.live;
  }

  advance(rows: SentenceRows): Int32Array {
    const { ending, prefix } = this.#settings;
    if (this.#length < prefix.length) return this.#force(rows, prefix[this.#length] as number);
    this.#makeRoom(rows.vocabulary);
    for (const [at, { sum }] of this.#live.entries()) this.#offer(rows, at, sum);
    this.#top.sort();
    const isLast = this.#length + 1 >= ending.maxLength;
    const [next, parents] =
      isLast && !this.#settings.length.countsEnd && this.#settings.width > 1
        ? this.#lastOfTwoLengths(rows)
        : this.#choose(rows);
    if (next.length === 0 && this.#finished.size === 0) throw this.#nothingLeft(rows);
    this.#goOn(next);
    if (this.#live.length > 0 && this.#isDecided()) this.#goOn([]);
    return this.#live.length > 0 ? Int32Array.from(parents) : new Int32Array(0);
  }

  cut(): void {
    for (const live of this.#live) {
      if (this.#length > 0) this.#finish(live, "budget", live.node);
    }
    this.#goOn([]);
  }

  finished(): readonly Hypothesis[] {
    return this.#finished.hypotheses(this.#settings.nBest);
  }

  agreed(): Int32Array {
    const all = [
      ...this.#live.map(({ node }) => this.#store.tokens(node)),
      ...this.finished().map(({ tokens }) => tokens),
    ];
    return commonPrefix(all);
  }

  /** The tokens that were chosen in the last step. */
  *chosen(): Generator<number> {
    for (const { node } of this.#live) yield this.#store.token(node);
  }

  /** Room for so many that `width` go on, however many end, and are left when those that end too early are gone. */
  #makeRoom(vocabulary: number): void {
    const { width, ending } = this.#settings;
    const capacity = Math.min(width * (1 + Math.max(1, ending.enders)), this.#live.length * vocabulary);
    if (capacity === this.#top.capacity) this.#top.clear();
    else this.#top = new TopK(capacity);
  }

  #offer(rows: SentenceRows, at: number, sum: number): void {
    let values = rows.row(at);
    if (this.penalties.size > 0) {
      values = values.slice();
      for (const [token, penalty] of this.penalties) values[token] = (values[token] as number) - penalty;
    }
    const nan = this.#top.offerRow(at, sum, values);
    if (nan >= 0) throw rows.nan(at, nan);
  }

  /** Finishes those of the first `width` candidates that end, and takes the first `width` of those that go on. */
  #choose(rows: SentenceRows): [Live[], number[]] {
    const { width, ending, refill } = this.#settings;
    const [next, parents]: [Live[], number[]] = [[], []];
    const candidates: Candidate[] = [];
    this.#topEnded = false;
    let rank = 0;
    for (let at = 0; at < this.#top.size; at++) {
      const [row, token] = [this.#top.row(at), this.#top.token(at)];
      const parent = this.#live[row] as Live;
      // Penalties choose; what is kept is the model's own.
      const isPenalised = this.penalties.has(token);
      const sum = isPenalised ? parent.sum + (rows.row(row)[token] as number) : this.#top.score(at);
      const end = ending.after(this.#store, parent.node, token);
      if (end === "too early") continue;
      const isAmongFirst = rank++ < width;
      let verdict: Verdict = "pruned";
      let id = -1;
      if (end !== undefined && isAmongFirst) {
        id = this.#ids++;
        this.#topEnded ||= rank === 1;
        this.#end(rows, parent, row, token, sum, end);
        verdict = "finished";
      } else if (end === undefined && next.length < width && (refill || isAmongFirst)) {
        id = this.#ids++;
        next.push(this.#child(rows, parent, row, token, sum, id));
        parents.push(row);
        verdict = "kept";
      }
      candidates.push({ id, parent: parent.id, token, logProbability: sum, score: this.#scoreOf(sum, end), verdict });
    }
    this.#note(rows, candidates);
    return [next, parents];
  }

  /**
   * The last step, where the rule does not count the stop token: those that end by it are shorter than those that the
   * maximum length ends, so each kind has its own best candidates.
   */
  #lastOfTwoLengths(rows: SentenceRows): [Live[], number[]] {
    const { width, ending } = this.#settings;
    const ends = new TopK(Math.min(width, this.#live.length * ending.stopTokens.size));
    for (const [row, { sum, node }] of this.#live.entries()) {
      const values = rows.row(row);
      for (const token of ending.stopTokens) {
        if (token < values.length && ending.after(this.#store, node, token) !== "too early") {
          ends.offer(sum + (values[token] as number), row, token);
        }
      }
    }
    ends.sort();
    const candidates: Candidate[] = [];
    const counts = { "stop token": 0, other: 0 };
    for (const top of [ends, this.#top]) {
      for (let at = 0; at < top.size; at++) {
        const [row, token, sum] = [top.row(at), top.token(at), top.score(at)];
        const parent = this.#live[row] as Live;
        const end = ending.after(this.#store, parent.node, token);
        if (end === "too early" || end === undefined || (end === "stop token") !== (top === ends)) continue;
        const kind = end === "stop token" ? end : "other";
        const isKept = counts[kind]++ < width;
        if (isKept) this.#end(rows, parent, row, token, sum, end);
        const verdict = isKept ? "finished" : "pruned";
        candidates.push({
          id: isKept ? this.#ids++ : -1,
          parent: parent.id,
          token,
          logProbability: sum,
          score: this.#scoreOf(sum, end),
          verdict,
        });
      }
    }
    this.#note(rows, candidates);
    return [[], []];
  }

  #force(rows: SentenceRows, token: number): Int32Array {
    const { op, sentence, ending, prefix } = this.#settings;
    const [parent] = this.#live as [Live];
    const values = rows.row(0);
    if (token >= values.length) {
      throw new SearchError(
        op,
        { sentence, token, vocabulary: values.length },
        "prefixes holds a token that is not in the vocabulary",
      );
    }
    const logProbability = values[token] as number;
    if (Number.isNaN(logProbability)) throw rows.nan(0, token);
    if (logProbability === -Infinity) {
      throw new SearchError(
        op,
        { sentence, prefix, token },
        "a token of the forced prefix has probability 0",
        "see what the model and the processors forbid",
      );
    }
    const sum = parent.sum + logProbability;
    const end = ending.after(this.#store, parent.node, token);
    const id = this.#ids++;
    const isEnd = this.#length + 1 === prefix.length && end !== undefined && end !== "too early";
    const verdict: Verdict = isEnd ? "finished" : "kept";
    if (isEnd) this.#end(rows, parent, 0, token, sum, end);
    const next = isEnd ? [] : [this.#child(rows, parent, 0, token, sum, id)];
    this.#note(rows, [
      { id, parent: parent.id, token, logProbability: sum, score: this.#scoreOf(sum, undefined), verdict },
    ]);
    this.#goOn(next);
    return isEnd ? new Int32Array(0) : Int32Array.of(0);
  }

  #child(rows: SentenceRows, parent: Live, row: number, token: number, sum: number, id: number): Live {
    const node = this.#store.append(parent.node, token, sum - parent.sum);
    const weights = rows.attention(row);
    const attention = weights === undefined ? undefined : { weights, before: parent.attention };
    return { node, sum, attended: this.#attended(parent, weights), attention, id };
  }

  #attended(parent: Live, weights: Float32Array | undefined): Float64Array | undefined {
    if (this.#settings.coverage === 0) return undefined;
    if (weights === undefined) {
      const came = { coverage: this.#settings.coverage };
      throw new SearchError(
        this.#settings.op,
        came,
        "a coverage penalty needs attention",
        "have step give attention: a Float32Array of rows × source",
      );
    }
    const attended = new Float64Array(weights.length);
    for (const [at, weight] of weights.entries()) attended[at] = weight + (parent.attended?.[at] ?? 0);
    return attended;
  }

  #end(rows: SentenceRows, parent: Live, row: number, token: number, sum: number, ended: Ended): void {
    const child = this.#child(rows, parent, row, token, sum, -1);
    this.#finish(child, ended, child.node);
    this.#store.drop(child.node);
  }

  #finish({ sum, attended, attention }: Live, ended: Ended, node: number): void {
    this.#store.hold(node);
    const length = this.#countedLength(this.#store.depth(node), ended);
    const coverage = attended === undefined ? 0 : coveragePenalty(attended, this.#settings.coverage);
    const score = this.#settings.length.score(sum, length) + coverage;
    const rows: Float32Array[] = [];
    for (let chain = attention; chain !== undefined; chain = chain.before) rows.unshift(chain.weights);
    this.#finished.add({ node, logProbability: sum, score, ended, attention: rows.length > 0 ? rows : undefined });
  }

  #countedLength(tokens: number, ended: Ended | undefined): number {
    return ended === "stop token" && !this.#settings.length.countsEnd ? tokens - 1 : tokens;
  }

  #scoreOf(sum: number, ended: Ended | undefined): number {
    return this.#settings.length.score(sum, this.#countedLength(this.#length + 1, ended));
  }

  #goOn(next: Live[]): void {
    for (const { node } of this.#live) this.#store.drop(node);
    if (next.length > 0) this.#length++;
    this.#live = next;
  }

  /** Whether the rule of early stopping ends the search. */
  #isDecided(): boolean {
    const { earlyStopping, width, nBest, length, ending } = this.#settings;
    const best = Math.max(...this.#live.map(({ sum }) => sum));
    switch (earlyStopping) {
      case "never":
        return false;
      case "first":
        return this.#finished.size > 0;
      case "full":
        return this.#finished.size >= width;
      case "top":
        return this.#topEnded && this.#finished.size >= nBest;
      case "current length":
        return this.#finished.size >= width && length.score(best, this.#length) <= this.#finished.scoreOf(width - 1);
      case "maximum length":
        return (
          this.#finished.size >= width && length.score(best, ending.maxLength) <= this.#finished.scoreOf(width - 1)
        );
      default: {
        // "exact"
        if (this.#finished.size < nBest) return false;
        // The next token may be a stop token that is not counted. Coverage penalties are never positive.
        const least = length.countsEnd ? this.#length + 1 : this.#length;
        return bestScore(length, best, least, ending.maxLength) <= this.#finished.scoreOf(nBest - 1);
      }
    }
  }

  #note(rows: SentenceRows, candidates: readonly Candidate[]): void {
    const { record, sentence } = this.#settings;
    record?.({ sentence, step: this.#length, vocabulary: rows.vocabulary, candidates });
  }

  #nothingLeft(rows: SentenceRows): SearchError {
    const { op, sentence, processors } = this.#settings;
    const isModel = this.#live.every((_, row) => rows.raw(row).every((value) => value === -Infinity));
    const came = { sentence, step: this.#length, processors: processors.join(", ") || "none" };
    return isModel
      ? new SearchError(op, came, "step gave −∞ for every token", "a model must leave some token possible")
      : new SearchError(
          op,
          came,
          "no hypothesis is left: the processors forbid every token, or every way to end",
          "loosen one of them, lower minLength, or raise maxLength or width",
        );
  }
}

/** The tokens that all lists begin with. */
export function commonPrefix(lists: readonly Int32Array[]): Int32Array {
  const [first, ...others] = lists;
  if (first === undefined) return new Int32Array(0);
  let length = first.length;
  for (const other of others) {
    let at = 0;
    while (at < length && at < other.length && other[at] === first[at]) at++;
    length = at;
  }
  return first.slice(0, length);
}
