import type { Rows, Stepper } from "../model/stepper.ts";

/**
 * A model that follows one output, which may be taken back: it keeps the states that it may have to go on from, and steps each
 * token once. One that keeps no state is asked about several beginnings of the output at once.
 */
export class Follower<State> {
  readonly #stepper: Stepper<State>;
  readonly #sentence: number;
  /** The states after as many tokens as `#dropped` says, and after each one more. */
  readonly #states: State[];
  #dropped = 0;

  /** @param sentences how many prompts there are */
  constructor(stepper: Stepper<State>, sentence: number, sentences: number) {
    this.#stepper = stepper;
    this.#sentence = sentence;
    this.#states = [stepper.pick(stepper.initial(sentences), Int32Array.of(sentence), sentences)];
  }

  get hasState(): boolean {
    return this.#states[0] !== undefined;
  }

  /** What may come after each of these prefixes, which begin with the prompt. One alone, if the model has a state. */
  async after(prefixes: readonly Int32Array[]): Promise<Rows<State>> {
    if (!this.hasState) return this.#step(prefixes, this.#states[0] as State);
    const [prefix] = prefixes as readonly [Int32Array];
    let rows: Rows<State> | undefined;
    for (let fed = this.#fed; rows === undefined || fed < prefix.length; fed++) {
      rows = await this.#step([prefix.subarray(0, fed + 1)], this.#states.at(-1) as State);
      this.#states.push(rows.state);
    }
    return rows;
  }

  /** Gives back the states of tokens that were taken back, and those that nothing goes on from any more. */
  keep(tokens: number): void {
    if (!this.hasState) return;
    const last = Math.min(tokens, this.#fed) - this.#dropped;
    const [kept] = this.#states.slice(last, last + 1) as [State];
    const given = [...this.#states.slice(0, last), ...this.#states.slice(last + 1)];
    this.#dropped += last;
    this.#states.splice(0, Infinity, kept);
    this.#release(given, [kept]);
  }

  /** Gives all states back. */
  end(): void {
    this.#release(this.#states.splice(0), []);
  }

  get #fed(): number {
    return this.#dropped + this.#states.length - 1;
  }

  #release(states: readonly State[], kept: readonly State[]): void {
    for (const [at, state] of states.entries()) this.#stepper.release(state, [...kept, ...states.slice(at + 1)]);
  }

  #step(prefixes: readonly Int32Array[], state: State): Promise<Rows<State>> {
    const last = Int32Array.from(prefixes, (prefix) => prefix.at(-1) as number);
    const sentences = new Int32Array(prefixes.length).fill(this.#sentence);
    return this.#stepper.step(last, state, { sentences, prefix: (row) => (prefixes[row] as Int32Array).slice() });
  }
}
