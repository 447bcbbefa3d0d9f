import {
  assertFinite,
  assertList,
  assertOneOf,
  assertString,
  assertWhole,
  checkOptions,
  ValueError,
} from "@unfoldjs/tensor-core";
import { assertSentence, begin, type Sentence, type Sentences } from "./sentences.ts";

/** Which words are one phrase. */
export interface PhrasesOptions {
  /** Words and pairs that came less often make no phrase. Default 5. */
  readonly minCount?: number;
  /** The score from which on, exclusive, two words are one. Default 10; for `"npmi"`, which lies in −1 … 1, 0.5. */
  readonly threshold?: number;
  /**
   * `"default"`: (count(ab) − minCount) · vocabulary / (count(a) count(b)) (Mikolov et al. 2013b); `"npmi"`: normalised pointwise
   * mutual information (Bouma 2009).
   */
  readonly scoring?: "default" | "npmi";
  /** Stands between the words of a phrase. Default "_". */
  readonly delimiter?: string;
  /** Words such as "of" and "the" that a phrase may have within, and neither begins nor ends with. */
  readonly connectorWords?: readonly string[];
}

/**
 * Finds words that belong together, "new york", and writes them as one, "new_york", as gensim's `Phrases`. Applied to its own
 * results it finds longer ones.
 *
 * @example
 * const phrases = await Phrases.learn(sentences, { minCount: 5, threshold: 10 });
 * phrases.apply(["in", "new", "york"]); // ["in", "new_york"]
 */
export class Phrases {
  static readonly name: string = "Phrases";
  private readonly options: Required<PhrasesOptions>;
  private readonly connectors: ReadonlySet<string>;
  /** Words, and pairs by their words with the delimiter between. */
  private readonly counts: ReadonlyMap<string, number>;
  private readonly words: number;

  /** Made by `Phrases.learn`. */
  constructor(options: Required<PhrasesOptions>, counts: ReadonlyMap<string, number>, words: number) {
    this.options = options;
    this.connectors = new Set(options.connectorWords);
    this.counts = counts;
    this.words = words;
  }

  /** Counts words and pairs of a text. @throws ValueError */
  static async learn(sentences: Sentences, options: PhrasesOptions = {}): Promise<Phrases> {
    const op = "Phrases.learn";
    checkOptions<PhrasesOptions>(op, options, {
      minCount: (name, option, value) => assertWhole(name, option, value, 1),
      threshold: assertFinite,
      scoring: (name, option, value) => assertOneOf(name, option, value, ["default", "npmi"]),
      delimiter: assertString,
      connectorWords: (name, option, value) => {
        assertList(name, option, value, "an array of words");
        for (const [at, word] of value.entries()) assertString(name, `${option}[${at}]`, word);
      },
    });
    const { minCount = 5, scoring = "default", delimiter = "_", connectorWords = [] } = options;
    const { threshold = scoring === "npmi" ? 0.5 : 10 } = options;
    if (scoring === "npmi" && !(threshold >= -1 && threshold <= 1))
      throw new ValueError(op, { scoring, threshold }, "scores of npmi lie in −1 … 1", "threshold: 0.5");
    const connectors = new Set(connectorWords);
    const counts = new Map<string, number>();
    const count = (word: string): void => void counts.set(word, (counts.get(word) ?? 0) + 1);
    let [words, number] = [0, 0];
    for await (const sentence of begin(op, sentences)) {
      assertSentence(op, sentence, number++);
      words += sentence.length;
      let phrase: string[] = [];
      for (const word of sentence) {
        if (connectors.has(word)) {
          if (phrase.length > 0) phrase.push(word);
          continue;
        }
        count(word);
        if (phrase.length > 0) count([...phrase, word].join(delimiter));
        phrase = [word];
      }
    }
    return new Phrases({ minCount, threshold, scoring, delimiter, connectorWords }, counts, words);
  }

  /** The sentence with phrases as one word each, from left to right. */
  apply(sentence: Sentence): string[] {
    assertSentence("Phrases.apply", sentence, 0);
    const written: string[] = [];
    let open: string[] = [];
    for (const word of sentence) {
      if (this.connectors.has(word)) {
        (open.length > 0 ? open : written).push(word);
        continue;
      }
      const [first] = open;
      if (first !== undefined && this.score(first, word, open.slice(1)) > this.options.threshold) {
        written.push([...open, word].join(this.options.delimiter));
        open = [];
        continue;
      }
      written.push(...open);
      open = [word];
    }
    return [...written, ...open];
  }

  /** How much two words belong together, with these connectors between; −Infinity if they never stood so. */
  score(first: string, second: string, between: readonly string[] = []): number {
    assertString("Phrases.score", "first", first);
    assertString("Phrases.score", "second", second);
    assertSentence("Phrases.score", between, 0);
    const { minCount, scoring, delimiter } = this.options;
    const of = (word: string): number => this.counts.get(word) ?? 0;
    const [a, b, both] = [of(first), of(second), of([first, ...between, second].join(delimiter))];
    if (a === 0 || b === 0 || both === 0) return -Infinity;
    if (scoring === "default") return ((both - minCount) / (a * b)) * this.counts.size;
    if (both < minCount) return -Infinity;
    const share = (count: number): number => count / this.words;
    return Math.log(share(both) / (share(a) * share(b))) / -Math.log(share(both));
  }
}
