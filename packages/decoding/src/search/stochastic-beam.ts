import { isPossible } from "../select/log-sum-exp.ts";
import * as check from "../arguments/checks.ts";
import { SearchError } from "../errors/decoding-error.ts";
import type { DecodeResult, Ended, Hypothesis } from "../hypotheses/hypothesis.ts";
import { PrefixStore } from "../hypotheses/prefix-store.ts";
import { RandomStream } from "../random/random-stream.ts";
import { TopK } from "../select/top-k.ts";
import { commonPrefix } from "../hypotheses/common-prefix.ts";
import { finish } from "./drive.ts";
import { Ending } from "./ending.ts";
import { checkSearch, type SearchOptions } from "./request.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

export interface StochasticBeamOptions<State = undefined> extends Omit<SearchOptions<State>, "prefixes"> {
  /** How many different outputs are drawn for each sentence. */
  readonly width: number;
  readonly seed: number;
}

/**
 * Stochastic beam search (Kool et al. 2019): draws `width` different outputs, without replacement, by a beam search over log-probabilities
 * with Gumbel noise. The first result is a plain sample, the second one of what is left without the first, and so on.
 * @returns in the order in which they were drawn; `score` is the perturbed log-probability that says that order
 * @throws as `beamSearch` does
 */
export async function stochasticBeamSearch<State = undefined>(
  options: StochasticBeamOptions<State>,
): Promise<DecodeResult> {
  const op = "stochasticBeamSearch";
  checkSearch(
    op,
    options as StochasticBeamOptions<unknown>,
    { width: check.whole(1, 1_000_000), seed: check.finite },
    "width",
    "seed",
  );
  const ending = new Ending(options);
  return finish(
    op,
    options,
    ({ index }) => new StochasticBeam(op, index, options.width, ending, new RandomStream(options.seed, index)),
  );
}

interface Drawn {
  readonly node: number;
  readonly sum: number;
  readonly perturbed: number;
  readonly ended: Ended | undefined;
}

class StochasticBeam implements RowSearch {
  readonly #op: string;
  readonly #sentence: number;
  readonly #width: number;
  readonly #ending: Ending;
  readonly #stream: RandomStream;
  readonly #store: PrefixStore = new PrefixStore();
  #live: Drawn[];
  #complete: Drawn[] = [];

  constructor(op: string, sentence: number, width: number, ending: Ending, stream: RandomStream) {
    this.#op = op;
    this.#sentence = sentence;
    this.#width = width;
    this.#ending = ending;
    this.#stream = stream;
    this.#live = [{ node: this.#store.root(), sum: 0, perturbed: 0, ended: undefined }];
  }

  get rows(): number {
    return this.#live.length;
  }

  token(row: number): number {
    return this.#store.token((this.#live[row] as Drawn).node);
  }

  tokens(row: number): Int32Array {
    return this.#store.tokens((this.#live[row] as Drawn).node);
  }

  advance(rows: SentenceRows): Int32Array {
    const top = new TopK(Math.min(this.#width, this.#live.length * rows.vocabulary + this.#complete.length));
    // Complete outputs stay in the draw: rows −1, −2, …
    for (const [at, { perturbed }] of this.#complete.entries()) top.offer(perturbed, -1 - at, 0);
    const sums = this.#live.map((parent, row) => this.#offer(rows, top, row, parent));
    top.sort();
    if (top.size === 0) {
      throw new SearchError(
        this.#op,
        { sentence: this.#sentence },
        "no hypothesis is left: the model or the processors forbid every token",
      );
    }
    const [next, complete, parents]: [Drawn[], Drawn[], number[]] = [[], [], []];
    for (let at = 0; at < top.size; at++) {
      const [row, token, perturbed] = [top.row(at), top.token(at), top.score(at)];
      if (row < 0) {
        complete.push(this.#complete[-1 - row] as Drawn);
        continue;
      }
      const parent = this.#live[row] as Drawn;
      const value = sums[row]?.[token] as number;
      const ended = this.#ending.after(this.#store, parent.node, token) as Ended | undefined;
      const child = { node: this.#store.append(parent.node, token, value), sum: parent.sum + value, perturbed, ended };
      if (ended === undefined) {
        next.push(child);
        parents.push(row);
      } else complete.push(child);
    }
    for (const { node } of this.#live) this.#store.drop(node);
    const stays = new Set(complete);
    for (const each of this.#complete) if (!stays.has(each)) this.#store.drop(each.node);
    this.#live = next;
    this.#complete = complete;
    return Int32Array.from(parents);
  }

  cut(): void {
    this.#complete.push(...this.#live.map((each): Drawn => ({ ...each, ended: "budget" })));
    this.#live = [];
  }

  finished(): readonly Hypothesis[] {
    return this.#complete
      .toSorted((a, b) => b.perturbed - a.perturbed)
      .map(({ node, sum, perturbed, ended = "length" }) => ({
        tokens: this.#store.tokens(node),
        logProbability: sum,
        tokenLogProbabilities: this.#store.logProbabilities(node),
        score: perturbed,
        ended,
      }));
  }

  agreed(): Int32Array {
    return commonPrefix([...this.#live, ...this.#complete].map(({ node }) => this.#store.tokens(node)));
  }

  /**
   * Offers the children of a hypothesis with noise whose maximum is the hypothesis's own (Kool et al. 2019, appendix B.3).
   * @returns the children's log-probabilities, those that would end too early left out and the rest made whole
   */
  #offer(rows: SentenceRows, top: TopK, row: number, { node, sum, perturbed }: Drawn): Float32Array {
    const values = rows.row(row).slice();
    const noisy = new Float64Array(values.length).fill(-Infinity);
    let largest = -Infinity;
    for (let token = 0; token < values.length; token++) {
      const value = values[token] as number;
      if (!isPossible(value)) throw rows.nan(row, token);
      if (value === -Infinity || this.#ending.after(this.#store, node, token) === "too early") continue;
      noisy[token] = sum + value + this.#stream.gumbel();
      largest = Math.max(largest, noisy[token] as number);
    }
    for (let token = 0; token < values.length; token++) {
      const own = noisy[token] as number;
      if (own === -Infinity) continue;
      const v = perturbed - own + Math.log1p(-Math.exp(own - largest));
      top.offer(perturbed - Math.max(0, v) - Math.log1p(Math.exp(-Math.abs(v))), row, token);
    }
    return values;
  }
}
