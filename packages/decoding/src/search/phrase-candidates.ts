import type { PhraseBook, PhraseState } from "../constraints/phrase-book.ts";
import type { PrefixStore } from "../hypotheses/prefix-store.ts";
import type { Ended } from "../hypotheses/hypothesis.ts";
import type { Ending } from "./ending.ts";

/** One token after one live hypothesis. */
export interface Pick {
  readonly row: number;
  readonly token: number;
  /** What it is ordered by. */
  readonly sum: number;
  readonly end: Ended | undefined;
  /** How far it is with its phrases, where there are any. */
  readonly phrases: PhraseState | undefined;
}

/** A live hypothesis with phrases. */
interface Row {
  readonly row: number;
  readonly node: number;
  readonly sum: number;
  readonly phrases: PhraseState;
}

/**
 * The candidates of a beam whose results must contain phrases (Post & Vilar 2018, § 3): beside the best of all, for each live
 * hypothesis the tokens that bring its phrases on, its likeliest token, and its end if it has them all. Those that have as much
 * of their phrases are a bank, and banks take turns.
 */
export class PhraseCandidates {
  readonly book: PhraseBook;
  readonly #ending: Ending;
  readonly #width: number;
  readonly #asTransformers: boolean;
  #needed: Pick[] = [];

  /** @param asTransformers to leave out the likeliest tokens and the ends, and keep what has no room for its phrases, as there */
  constructor(book: PhraseBook, ending: Ending, width: number, asTransformers: boolean) {
    this.book = book;
    this.#ending = ending;
    this.#width = width;
    this.#asTransformers = asTransformers;
  }

  /** Notes the tokens that a hypothesis needs. */
  look(store: PrefixStore, { row, node, sum, phrases }: Row, values: Float32Array): void {
    const isComplete = this.book.isComplete(phrases);
    const tokens = new Set(isComplete ? [] : this.book.advances(phrases));
    if (!this.#asTransformers) {
      if (isComplete) for (const token of this.#ending.stopTokens) tokens.add(token);
      else tokens.add(this.book.nearest(phrases));
      const best = this.#likeliest(values);
      if (best !== undefined) tokens.add(best);
    }
    for (const token of tokens) {
      const value = values[token] ?? -Infinity;
      const end = this.#ending.after(store, node, token);
      if (value === -Infinity || end === "too early") continue;
      this.#needed.push({ row, token, sum: sum + value, end, phrases: this.book.after(phrases, token) });
    }
  }

  /**
   * The candidates in the order in which they are taken, without what can contain its phrases no more.
   * @param best the best of all hypotheses, in order @param phrasesOf of a live hypothesis
   */
  choose(best: readonly Pick[], length: number, phrasesOf: (row: number) => PhraseState): Pick[] {
    const known = new Set(best.map(({ row, token }) => `${row}:${token}`));
    const needed = this.#needed.filter(({ row, token }) => !known.has(`${row}:${token}`));
    this.#needed = [];
    const isComplete = ({ row, end, phrases }: Pick): boolean =>
      this.book.isComplete(end === "stop token" ? phrasesOf(row) : (phrases as PhraseState));
    if (this.#asTransformers) {
      // There a stop token ends what is among the best of all, and the length ends what was taken.
      const isStop = ({ end }: Pick): boolean => end === "stop token" || end === "stop sequence";
      const ended = best.slice(0, this.#width).filter((pick) => isStop(pick) && isComplete(pick));
      const going = best.filter((pick) => !isStop(pick)).slice(0, this.#width);
      const left = best.filter((pick) => !isStop(pick) && !going.includes(pick) && this.#advances(pick, phrasesOf));
      const taken = takeTurns([...going, ...left, ...needed]).slice(0, this.#width);
      return [...ended, ...taken.filter((pick) => pick.end === undefined || isComplete(pick))];
    }
    const room = this.#ending.maxLength - length - 1 - (this.#ending.stopTokens.size > 0 ? 1 : 0);
    return takeTurns(
      [...best, ...needed].filter((pick) =>
        pick.end === undefined ? this.book.missing(pick.phrases as PhraseState) <= room : isComplete(pick),
      ),
    );
  }

  #advances({ row, token }: Pick, phrasesOf: (row: number) => PhraseState): boolean {
    const before = phrasesOf(row);
    return !this.book.isComplete(before) && this.book.advances(before).includes(token);
  }

  #likeliest(values: Float32Array): number | undefined {
    let best: number | undefined;
    for (let token = 0; token < values.length; token++) {
      const isBetter = best === undefined || (values[token] as number) > (values[best] as number);
      if (isBetter && !this.#ending.stopTokens.has(token)) best = token;
    }
    return best;
  }
}

/** By turns of the banks, from the one that has most; what one cannot fill goes to the others. */
function takeTurns(picks: readonly Pick[]): Pick[] {
  const bankOf = ({ phrases }: Pick): number => phrases?.bank ?? 0;
  const sorted = picks.toSorted((a, b) => bankOf(b) - bankOf(a) || b.sum - a.sum);
  let [place, bank] = [0, -1];
  const turns = sorted.map((pick) => {
    place = bankOf(pick) === bank ? place + 1 : 0;
    bank = bankOf(pick);
    return { pick, place };
  });
  return turns.sort((a, b) => a.place - b.place).map(({ pick }) => pick); // stable: of one place the higher bank is first
}
