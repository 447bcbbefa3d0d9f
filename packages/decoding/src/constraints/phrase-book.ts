/** How far a hypothesis has come with its phrases. */
export interface PhraseState {
  /** Which phrases it contains, a bit for each. */
  readonly said: number;
  /** Its last tokens, as many as a phrase may have been begun with. */
  readonly recent: readonly number[];
  /** Tokens of phrases that it has: all of those that it contains, and the beginning of one that it ends in. */
  readonly bank: number;
}

/** Most phrases of a sentence: what they are counted by has 32 bits. */
export const MOST_PHRASES = 30;

/** Phrases that are tried in every order, which takes 2 to the power of so many. */
const FEW = 8;

/** The phrases that an output must contain, and what brings a hypothesis on with them. */
export class PhraseBook {
  readonly start: PhraseState = { said: 0, recent: [], bank: 0 };
  /** Tokens of all phrases together: the bank of a hypothesis that contains them all. */
  readonly total: number;
  readonly #phrases: readonly (readonly number[])[];
  readonly #longest: number;
  readonly #all: number;
  readonly #isForgetful: boolean;
  readonly #fewest: Map<string, number> = new Map();

  /** @param isForgetful whether a token that breaks a phrase off can begin none, as in transformers: "5 5 6" does not contain "5 6" */
  constructor(phrases: readonly (readonly number[])[], isForgetful = false) {
    this.#phrases = phrases;
    this.#isForgetful = isForgetful;
    this.total = phrases.reduce((sum, { length }) => sum + length, 0);
    this.#longest = Math.max(1, ...phrases.map(({ length }) => length)) - 1;
    this.#all = 2 ** phrases.length - 1;
  }

  isComplete({ said }: PhraseState): boolean {
    return said === this.#all;
  }

  /**
   * With how many tokens more a hypothesis may contain them all: the fewest, where phrases are few; of many what is surely enough, for
   * then the shortest way to write them over each other is not looked for.
   */
  missing(state: PhraseState): number {
    const enough = this.total - state.bank;
    if (enough === 0 || this.#phrases.length > FEW) return enough;
    const key = keyOf(state);
    let fewest = this.#fewest.get(key);
    if (fewest === undefined) this.#fewest.set(key, (fewest = this.#shortest(state)));
    return fewest;
  }

  /** Breadth first, by tokens that begin a phrase or go on with one. */
  #shortest(state: PhraseState): number {
    const seen = new Set<string>([keyOf(state)]);
    let layer = [state];
    for (let tokens = 0; ; tokens++) {
      if (layer.some((each) => this.isComplete(each))) return tokens;
      const next: PhraseState[] = [];
      for (const each of layer) {
        for (const phrase of this.#open(each)) {
          for (const token of new Set([phrase[0] as number, phrase[begun(phrase, each.recent)] as number])) {
            const after = this.after(each, token);
            const key = keyOf(after);
            if (seen.has(key)) continue;
            seen.add(key);
            next.push(after);
          }
        }
      }
      layer = next;
    }
  }

  #open({ said }: Pick<PhraseState, "said">): (readonly number[])[] {
    return this.#phrases.filter((_, at) => (said & (1 << at)) === 0);
  }

  after({ said: before, recent: old }: PhraseState, token: number): PhraseState {
    const recent = this.#isForgetful && this.#breaks(before, old, token) ? [] : [...old, token];
    let said = before;
    for (const [at, phrase] of this.#phrases.entries()) if (begun(phrase, recent) === phrase.length) said |= 1 << at;
    let bank = 0;
    let most = 0;
    for (const [at, phrase] of this.#phrases.entries()) {
      if ((said & (1 << at)) === 0) most = Math.max(most, begun(phrase, recent));
      else bank += phrase.length;
    }
    const isNew = said !== before;
    const kept = this.#longest === 0 || (this.#isForgetful && isNew) ? [] : recent.slice(-this.#longest);
    return { said, recent: kept, bank: bank + (this.#isForgetful && isNew ? 0 : most) };
  }

  #breaks(said: number, recent: readonly number[], token: number): boolean {
    const going = this.#open({ said }).filter((phrase) => begun(phrase, recent) > 0);
    return going.length > 0 && !going.some((phrase) => phrase[begun(phrase, recent)] === token);
  }

  /** A token after which less is missing. */
  nearest(state: PhraseState): number {
    const missing = this.missing(state);
    const tokens = this.#open(state).flatMap((phrase) => [
      phrase[begun(phrase, state.recent)] as number,
      phrase[0] as number,
    ]);
    return tokens.find((token) => this.missing(this.after(state, token)) < missing) as number;
  }

  /** The tokens that go on with the phrase of which most was begun; if none was, those that begin one. */
  advances(state: PhraseState): number[] {
    const open = this.#open(state).map((phrase) => ({ phrase, length: begun(phrase, state.recent) }));
    const most = Math.max(...open.map(({ length }) => length));
    return [...new Set(open.flatMap(({ phrase, length }) => (length === most ? [phrase[length] as number] : [])))];
  }
}

function keyOf({ said, recent }: PhraseState): string {
  return `${said}:${recent.join()}`;
}

/** With how many of a phrase's first tokens a hypothesis ends. */
function begun(phrase: readonly number[], recent: readonly number[]): number {
  for (let length = Math.min(phrase.length, recent.length); length > 0; length--) {
    let at = 0;
    while (at < length && phrase[at] === recent[recent.length - length + at]) at++;
    if (at === length) return length;
  }
  return 0;
}
