import type { PhraseState } from "../constraints/phrase-book.ts";
import { SearchError } from "../errors/decoding-error.ts";
import type { Hypothesis } from "../hypotheses/hypothesis.ts";
import { isPossible } from "../select/log-sum-exp.ts";
import { offerSelected } from "../select/select-top-k.ts";
import { TopK } from "../select/top-k.ts";
import type { Candidate, Verdict } from "../trace/trace.ts";
import type { BeamSettings } from "./beam-settings.ts";
import { isDecided } from "./early-stopping.ts";
import { type Live, LiveBeam } from "./live-beam.ts";
import { nothingLeft } from "./nothing-left.ts";
import type { Pick } from "./phrase-candidates.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

/**
 * Beam search over one sentence: in each step the best continuations of all live hypotheses, by the sum of their log-
 * probabilities; those that end among the first `width` candidates are finished, and scored under the rule of length.
 */
export class BeamSearch implements RowSearch {
  readonly #settings: BeamSettings;
  readonly #beam: LiveBeam;
  /** Candidates of a step; made anew when there may be more of them. */
  #top: TopK = new TopK(0);
  #isTopEnded = false;

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    this.#beam = new LiveBeam(settings);
  }

  get rows(): number {
    return this.#beam.all.length;
  }

  token(row: number): number {
    return this.#beam.store.token((this.#beam.all[row] as Live).node);
  }

  tokens(row: number): Int32Array {
    return this.#beam.store.tokens((this.#beam.all[row] as Live).node);
  }

  /** What a step keeps, in nodes of the tree: for those who watch memory. */
  get nodes(): number {
    return this.#beam.store.live;
  }

  /** See `LiveBeam`: for groups of a diverse beam. */
  get penalties(): Map<number, number> {
    return this.#beam.penalties;
  }

  get taken(): readonly number[] {
    return this.#beam.taken;
  }

  advance(rows: SentenceRows): Int32Array {
    const { ending, prefix, length, width, phrases } = this.#settings;
    const beam = this.#beam;
    beam.taken = [];
    if (beam.length < prefix.length) return this.#force(rows, prefix[beam.length] as number);
    this.#makeRoom(rows.vocabulary);
    for (const [at, { sum, lost }] of beam.all.entries()) this.#offer(rows, at, sum - lost);
    this.#top.sort();
    const isLast = beam.length + 1 >= ending.maxLength;
    const [next, parents] =
      isLast && !length.countsEnd && width > 1 && phrases === undefined
        ? this.#lastOfTwoLengths(rows)
        : this.#choose(rows);
    if (next.length === 0 && beam.finished.size === 0) throw nothingLeft(this.#settings, beam, rows);
    beam.goOn(next);
    if (beam.all.length > 0 && this.#isDecided()) beam.goOn([]);
    return beam.all.length > 0 ? Int32Array.from(parents) : new Int32Array(0);
  }

  cut(): void {
    this.#beam.cut();
  }

  finished(): readonly Hypothesis[] {
    return this.#beam.finished.hypotheses(this.#settings.nBest);
  }

  agreed(): Int32Array {
    return this.#beam.agreed();
  }

  /** Room for so many that `width` go on, however many end, and are left when those that end too early are gone. */
  #makeRoom(vocabulary: number): void {
    const { width, ending } = this.#settings;
    const capacity = Math.min(width * (1 + Math.max(1, ending.enders)), this.#beam.all.length * vocabulary);
    if (capacity === this.#top.capacity) this.#top.clear();
    else this.#top = new TopK(capacity);
  }

  #offer(rows: SentenceRows, at: number, sum: number): void {
    const beam = this.#beam;
    let values = rows.row(at);
    if (beam.penalties.size > 0) {
      values = values.slice();
      for (const [token, penalty] of beam.penalties) values[token] = (values[token] as number) - penalty;
    }
    const { op, select } = this.#settings;
    const nan =
      select === undefined
        ? this.#top.offerRow(at, sum, values)
        : offerSelected(op, select, this.#top, at, sum, values);
    if (nan >= 0) throw rows.nan(at, nan);
    const { node, phrases } = beam.all[at] as Live;
    this.#settings.phrases?.look(beam.store, { row: at, node, sum, phrases: phrases as PhraseState }, values);
  }

  /** The candidates in the order in which they are taken, but for those that end too early. */
  *#best(): Generator<Pick> {
    const beam = this.#beam;
    const { ending, phrases: forced } = this.#settings;
    for (let at = 0; at < this.#top.size; at++) {
      const [row, token, sum] = [this.#top.row(at), this.#top.token(at), this.#top.score(at)];
      const { node, phrases: before } = beam.all[row] as Live;
      const end = ending.after(beam.store, node, token);
      if (end === "too early") continue;
      const phrases = forced?.book.after(before as PhraseState, token);
      yield { row, token, sum, end, phrases };
    }
  }

  /** Finishes those of the first `width` candidates that end, and takes the first `width` of those that go on. */
  #choose(rows: SentenceRows): [Live[], number[]] {
    const beam = this.#beam;
    const { width, refill, phrases: forced } = this.#settings;
    const [next, parents]: [Live[], number[]] = [[], []];
    const candidates: Candidate[] = [];
    this.#isTopEnded = false;
    let rank = 0;
    const best = this.#best();
    const picks = forced?.choose([...best], beam.length, (row) => beam.all[row]?.phrases as PhraseState) ?? best;
    for (const { row, token, sum: offered, end, phrases } of picks) {
      const parent = beam.all[row] as Live;
      const sum = beam.ownSum(rows, row, token, offered);
      const isAmongFirst = rank++ < width;
      let verdict: Verdict = "pruned";
      let id = -1;
      if (end !== undefined && isAmongFirst) {
        id = beam.nextId();
        this.#isTopEnded ||= rank === 1;
        beam.end(rows, parent, row, token, sum, end);
        verdict = "finished";
      } else if (end === undefined && next.length < width && (refill || isAmongFirst)) {
        id = beam.nextId();
        next.push(beam.child(rows, parent, row, token, sum, id, phrases));
        parents.push(row);
        beam.taken.push(token);
        verdict = "kept";
      }
      candidates.push({
        id,
        parent: parent.id,
        token,
        logProbability: sum,
        score: beam.scoreOf(sum - parent.lost, end),
        verdict,
      });
    }
    this.#note(rows, candidates);
    return [next, parents];
  }

  /**
   * The last step, where the rule does not count the stop token: those that end by it are shorter than those that the
   * maximum length ends, so each kind has its own best candidates.
   */
  #lastOfTwoLengths(rows: SentenceRows): [Live[], number[]] {
    const beam = this.#beam;
    const { width, ending } = this.#settings;
    const ends = new TopK(Math.min(width, beam.all.length * ending.stopTokens.size));
    for (const [row, { sum, lost, node }] of beam.all.entries()) {
      const values = rows.row(row);
      for (const token of ending.stopTokens) {
        if (token < values.length && ending.after(beam.store, node, token) !== "too early") {
          ends.offer(sum - lost - (beam.penalties.get(token) ?? 0) + (values[token] as number), row, token);
        }
      }
    }
    ends.sort();
    const candidates: Candidate[] = [];
    const counts = { "stop token": 0, other: 0 };
    for (const top of [ends, this.#top]) {
      for (let at = 0; at < top.size; at++) {
        const [row, token] = [top.row(at), top.token(at)];
        const sum = beam.ownSum(rows, row, token, top.score(at));
        const parent = beam.all[row] as Live;
        const end = ending.after(beam.store, parent.node, token);
        if (end === "too early" || end === undefined || (end === "stop token") !== (top === ends)) continue;
        const kind = end === "stop token" ? end : "other";
        const isKept = counts[kind]++ < width;
        if (isKept) beam.end(rows, parent, row, token, sum, end);
        const verdict = isKept ? "finished" : "pruned";
        candidates.push({
          id: isKept ? beam.nextId() : -1,
          parent: parent.id,
          token,
          logProbability: sum,
          score: beam.scoreOf(sum - parent.lost, end),
          verdict,
        });
      }
    }
    this.#note(rows, candidates);
    return [[], []];
  }

  #force(rows: SentenceRows, token: number): Int32Array {
    const beam = this.#beam;
    const { op, sentence, ending, prefix } = this.#settings;
    const [parent] = beam.all as [Live];
    const values = rows.row(0);
    if (token >= values.length) {
      throw new SearchError(
        op,
        { sentence, token, vocabulary: values.length },
        "prefixes holds a token that is not in the vocabulary",
      );
    }
    const logProbability = values[token] as number;
    if (!isPossible(logProbability)) throw rows.nan(0, token);
    if (logProbability === -Infinity) {
      throw new SearchError(
        op,
        { sentence, prefix, token },
        "a token of the forced prefix has probability 0",
        "see what the model and the processors forbid",
      );
    }
    const sum = parent.sum + logProbability;
    const end = ending.after(beam.store, parent.node, token);
    const id = beam.nextId();
    const isEnd = beam.length + 1 === prefix.length && end !== undefined && end !== "too early";
    const verdict: Verdict = isEnd ? "finished" : "kept";
    if (isEnd) beam.end(rows, parent, 0, token, sum, end);
    const next = isEnd ? [] : [beam.child(rows, parent, 0, token, sum, id)];
    this.#note(rows, [
      { id, parent: parent.id, token, logProbability: sum, score: beam.scoreOf(sum, undefined), verdict },
    ]);
    beam.goOn(next);
    return isEnd ? new Int32Array(0) : Int32Array.of(0);
  }

  #isDecided(): boolean {
    const { finished, best, length } = this.#beam;
    return isDecided(this.#settings, { finished, best, tokens: length, isTopEnded: this.#isTopEnded });
  }

  #note(rows: SentenceRows, candidates: readonly Candidate[]): void {
    const { record, sentence } = this.#settings;
    record?.({ sentence, step: this.#beam.length, vocabulary: rows.vocabulary, candidates });
  }
}
