import type { NamedTokens } from "../arguments/vocabulary.ts";
import type { Ended } from "../hypotheses/hypothesis.ts";
import type { PrefixStore } from "../hypotheses/prefix-store.ts";

/** What ends a hypothesis. */
export interface EndingOptions {
  /** The token, or tokens, after which an output is complete. */
  readonly stopTokens?: number | readonly number[];
  /** Sequences of tokens that end an output. */
  readonly stopSequences?: readonly (readonly number[])[];
  /** Tokens that an output must have before it may end; the stop token is not counted. */
  readonly minLength?: number;
  /** Tokens after which an output ends in any case, the stop token counted. */
  readonly maxLength: number;
}

/** The tokens of these options that a search waits for, by the options' names. */
export function awaitedTokens(
  options: Partial<EndingOptions> & { readonly phrases?: NamedTokens[string] },
): NamedTokens {
  const { stopTokens, stopSequences, phrases } = options;
  return { stopTokens, stopSequences, phrases };
}

/** Says which token ends which hypothesis. */
export class Ending {
  readonly stopTokens: ReadonlySet<number>;
  readonly maxLength: number;
  /** How many tokens of the vocabulary may end a given hypothesis. */
  readonly enders: number;
  readonly #minLength: number;
  /** The sequences by their last token. */
  readonly #sequences: ReadonlyMap<number, readonly (readonly number[])[]>;

  constructor({ stopTokens = [], stopSequences = [], minLength = 0, maxLength }: EndingOptions) {
    this.stopTokens = new Set(typeof stopTokens === "number" ? [stopTokens] : stopTokens);
    const sequences = new Map<number, (readonly number[])[]>();
    for (const sequence of stopSequences) {
      const last = sequence.at(-1) as number;
      sequences.set(last, [...(sequences.get(last) ?? []), sequence]);
    }
    this.#sequences = sequences;
    this.enders = new Set([...this.stopTokens, ...this.#sequences.keys()]).size;
    this.#minLength = minLength;
    this.maxLength = maxLength;
  }

  /** True if some token may come too early after so many. */
  isEarly(tokens: number): boolean {
    return tokens < this.#minLength;
  }

  /** Whether `token` after this hypothesis is the end of it, or may not come yet. */
  after(store: PrefixStore, node: number, token: number): Ended | "too early" | undefined {
    const length = store.depth(node) + 1;
    if (this.stopTokens.has(token)) return length <= this.#minLength ? "too early" : "stop token";
    const sequences = this.#sequences.get(token);
    if (sequences?.some((sequence) => store.endsWith(node, sequence.slice(0, -1))) === true) {
      return length < this.#minLength ? "too early" : "stop sequence";
    }
    return length >= this.maxLength ? "length" : undefined;
  }
}
