import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { DecodeResult, Hypothesis } from "../hypotheses/hypothesis.ts";
import { type BeamOptions, beamSettings, checkBeamWith } from "./beam.ts";
import { commonPrefix } from "../hypotheses/common-prefix.ts";
import { BeamSearch } from "./beam-search.ts";
import type { BeamSettings } from "./beam-settings.ts";
import { finish } from "./drive.ts";
import type { RowSearch, SentenceRows } from "./row-search.ts";

export interface DiverseBeamOptions<State = undefined> extends Omit<BeamOptions<State>, "trace"> {
  /** Into how many groups the beam is divided; `width` must be a multiple of it. */
  readonly groups: number;
  /** What a token costs a group for each time that a group before it took it in the same step, in nats; 1 if left out. */
  readonly diversity?: number;
  /** Whether what it cost stays in the sum that a hypothesis is ranked by, as in transformers and fairseq; false if left out. */
  readonly keepPenalties?: boolean;
}

/**
 * Diverse beam search (Vijayakumar et al. 2018): groups of a beam that avoid each other's tokens (Hamming diversity). The first group is
 * a beam search of width `width / groups`. The penalty chooses; log-probabilities of the results are the model's own, and so are scores
 * unless `keepPenalties` says otherwise.
 * @throws as `beamSearch` does
 */
export async function diverseBeamSearch<State = undefined>(options: DiverseBeamOptions<State>): Promise<DecodeResult> {
  const op = "diverseBeamSearch";
  const own = { groups: check.whole(1), diversity: check.between(0, Infinity), keepPenalties: check.boolean };
  checkBeamWith(op, options as never, own, "groups");
  const { groups, diversity = 1, width, nBest = 1, keepPenalties = false } = options;
  if (width % groups !== 0) throw new ValueError(op, { width, groups }, "width must be a multiple of groups");
  const group = width / groups;
  return finish(op, options, (sentence) => {
    const settings = {
      ...beamSettings(op, options, sentence),
      width: group,
      nBest: Math.min(nBest, group),
      keepPenalties,
    };
    return new DiverseBeam(settings, groups, diversity, nBest);
  });
}

class DiverseBeam implements RowSearch {
  readonly #groups: readonly BeamSearch[];
  readonly #diversity: number;
  readonly #nBest: number;
  /** Before the first step one row stands for all groups. */
  #isStarted = false;
  /** The group and its own row for each row of this step: while one group has gone on and others have not, still the old ones. */
  #places: readonly (readonly [BeamSearch, number])[] = [];

  constructor(settings: BeamSettings, groups: number, diversity: number, nBest: number) {
    this.#groups = Array.from({ length: groups }, () => new BeamSearch(settings));
    this.#diversity = diversity;
    this.#nBest = nBest;
  }

  get rows(): number {
    return this.#isStarted ? this.#groups.reduce((sum, { rows }) => sum + rows, 0) : 1;
  }

  token(row: number): number {
    const [group, own] = this.#place(row);
    return group.token(own);
  }

  tokens(row: number): Int32Array {
    if (!this.#isStarted) return new Int32Array(0); // the first group may have gone on already
    const [group, own] = this.#place(row);
    return group.tokens(own);
  }

  advance(rows: SentenceRows): Int32Array {
    const parents: number[] = [];
    const penalties = new Map<number, number>();
    let offset = 0;
    for (const group of this.#groups) {
      const count = group.rows;
      if (count === 0) continue;
      const first = this.#isStarted ? offset : 0;
      const own: SentenceRows = {
        vocabulary: rows.vocabulary,
        row: (row) => rows.row(first + row),
        possible: (row) => rows.possible(first + row),
        raw: (row) => rows.raw(first + row),
        attention: (row) => rows.attention(first + row),
        forbiddenBy: (row) => rows.forbiddenBy(first + row),
        nan: (row, token) => rows.nan(first + row, token),
      };
      group.penalties.clear();
      for (const [token, penalty] of penalties) group.penalties.set(token, penalty);
      for (const parent of group.advance(own)) parents.push(first + parent);
      for (const token of group.taken) penalties.set(token, (penalties.get(token) ?? 0) + this.#diversity);
      offset += count;
    }
    this.#isStarted = true;
    this.#places = this.#placesNow();
    return Int32Array.from(parents);
  }

  cut(): void {
    for (const group of this.#groups) group.cut();
    this.#isStarted = true;
  }

  finished(): readonly Hypothesis[] {
    const all = this.#groups.flatMap((group) => group.finished());
    return all.toSorted((a, b) => b.score - a.score).slice(0, this.#nBest);
  }

  agreed(): Int32Array {
    return commonPrefix(this.#groups.map((group) => group.agreed()));
  }

  #place(row: number): readonly [BeamSearch, number] {
    return this.#places[row] as readonly [BeamSearch, number];
  }

  /** What each row of the next step is. */
  #placesNow(): [BeamSearch, number][] {
    return this.#groups.flatMap((group) =>
      Array.from({ length: group.rows }, (_, row): [BeamSearch, number] => [group, row]),
    );
  }
}
