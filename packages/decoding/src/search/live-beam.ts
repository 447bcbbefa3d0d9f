import type { PhraseState } from "../constraints/phrase-book.ts";
import { SearchError } from "../errors/decoding-error.ts";
import { commonPrefix } from "../hypotheses/common-prefix.ts";
import type { Ended } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import { coveragePenalty } from "../length/length-rule.ts";
import type { BeamSettings } from "./beam-settings.ts";
import { FinishedList } from "./finished.ts";
import type { SentenceRows } from "./row-search.ts";

/** A live hypothesis. */
export interface Live {
  readonly node: number;
  readonly sum: number;
  /** What groups before this one took off it, if that stays: 0 but in a diverse beam. */
  readonly lost: number;
  /** The attention to each position of the source, added up; only under a coverage penalty. */
  readonly attended: Float64Array | undefined;
  /** The rows of attention, newest first, shared as the prefixes are. */
  readonly attention: AttentionChain | undefined;
  readonly phrases: PhraseState | undefined;
  /** Its number in the trace. */
  readonly id: number;
}

interface AttentionChain {
  readonly weights: Float32Array;
  readonly before: AttentionChain | undefined;
}

/** The hypotheses of one sentence's beam: how they grow by a token, end, and are scored. */
export class LiveBeam {
  readonly store: PrefixStore = new PrefixStore();
  readonly finished: FinishedList;
  /** Those that go on. */
  all: readonly Live[];
  /** How many tokens each of them has. */
  length = 0;
  /** The tokens that were taken in the last step, but for those of stop tokens and stop sequences: also by what then ended. */
  taken: number[] = [];
  /** What is subtracted from a token's log-probability before candidates are compared, by groups of a diverse beam. */
  readonly penalties: Map<number, number> = new Map();
  readonly #settings: BeamSettings;
  #ids = 1;

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    this.finished = new FinishedList(this.store, Math.max(settings.width, settings.nBest));
    const phrases = settings.phrases?.book.start;
    const root = {
      node: this.store.root(),
      sum: 0,
      lost: 0,
      attended: undefined,
      attention: undefined,
      phrases,
      id: 0,
    };
    this.all = [root];
  }

  /** The number of the next hypothesis in the trace. */
  nextId(): number {
    return this.#ids++;
  }

  /** The best sum of log-probabilities that is alive, after what was taken off. */
  get best(): number {
    return Math.max(...this.all.map(({ sum, lost }) => sum - lost));
  }

  /** The tokens that all begin with, the best finished ones too. */
  agreed(): Int32Array {
    const finished = this.finished.hypotheses(this.#settings.nBest);
    return commonPrefix([
      ...this.all.map(({ node }) => this.store.tokens(node)),
      ...finished.map(({ tokens }) => tokens),
    ]);
  }

  /** Finishes all that are alive, before their end. */
  cut(): void {
    if (this.length > 0) for (const live of this.all) this.#finish(live, "budget", live.node);
    this.goOn([]);
  }

  /** Penalties choose; what is kept is the model's own. */
  ownSum(rows: SentenceRows, row: number, token: number, offered: number): number {
    const { sum, lost } = this.all[row] as Live;
    const isPenalised = lost > 0 || this.penalties.has(token);
    return isPenalised ? sum + (rows.row(row)[token] as number) : offered;
  }

  /** A hypothesis with one token more. */
  child(
    rows: SentenceRows,
    parent: Live,
    row: number,
    token: number,
    sum: number,
    id: number,
    phrases: PhraseState | undefined = this.#settings.phrases?.book.after(parent.phrases as PhraseState, token),
  ): Live {
    const node = this.store.append(parent.node, token, sum - parent.sum);
    const weights = rows.attention(row);
    const attention = weights === undefined ? undefined : { weights, before: parent.attention };
    const lost = this.#settings.keepPenalties === true ? parent.lost + (this.penalties.get(token) ?? 0) : 0;
    return { node, sum, lost, attended: this.#attended(parent, weights), attention, phrases, id };
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

  /** Finishes a hypothesis with its last token. */
  end(rows: SentenceRows, parent: Live, row: number, token: number, sum: number, ended: Ended): void {
    const child = this.child(rows, parent, row, token, sum, -1);
    if (ended === "length") this.taken.push(token);
    this.#finish(child, ended, child.node);
    this.store.drop(child.node);
  }

  #finish({ sum, lost, attended, attention }: Live, ended: Ended, node: number): void {
    this.store.hold(node);
    const length = this.#countedLength(this.store.depth(node), ended);
    const coverage = attended === undefined ? 0 : coveragePenalty(attended, this.#settings.coverage);
    const score = this.#settings.length.score(sum - lost, length) + coverage;
    const rows: Float32Array[] = [];
    for (let chain = attention; chain !== undefined; chain = chain.before) rows.unshift(chain.weights);
    this.finished.add({ node, logProbability: sum, score, ended, attention: rows.length > 0 ? rows : undefined });
  }

  #countedLength(tokens: number, ended: Ended | undefined): number {
    return ended === "stop token" && !this.#settings.length.countsEnd ? tokens - 1 : tokens;
  }

  /** What the sum of a candidate of this step is ranked by. */
  scoreOf(sum: number, ended: Ended | undefined): number {
    return this.#settings.length.score(sum, this.#countedLength(this.length + 1, ended));
  }

  /** Makes these the live ones. */
  goOn(next: Live[]): void {
    for (const { node } of this.all) this.store.drop(node);
    if (next.length > 0) this.length++;
    this.all = next;
  }
}
