import {
  assertList,
  assertNumber,
  assertString,
  assertWhole,
  checkOptions,
  describe,
  FormatError,
  IndexError,
  inCall,
  nearest,
  NotFoundError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { keepOf } from "./chances.ts";
import { assertSentence, begin, type Sentence, type Sentences } from "./sentences.ts";

/** Which words are kept. */
export interface VocabularyOptions {
  /** Words that came less often are left out. Default 5, as gensim's. */
  readonly minCount?: number;
  /** At most so many words beside the specials, the most frequent. All if absent. */
  readonly maxSize?: number;
  /** Words that stand before all others and are kept whatever their count: `["<pad>", "<unk>"]`. None if absent. */
  readonly specials?: readonly string[];
  /** One of the specials that stands for every word that is not kept. Without one, such words are left out of sentences. */
  readonly unknown?: string;
}

const KIND = "unfold.vocabulary";

/** Words and how often each came, the most frequent first; words that came equally often are in the order of the alphabet (UTF-16). */
export class Vocabulary {
  static readonly name: string = "Vocabulary";
  /** The words; a word's number is its place. */
  readonly words: readonly string[];
  /** How often each came. */
  readonly counts: readonly number[];
  /** How many words at the beginning are specials. */
  readonly specials: number;
  /** The word that stands for those that are not there. */
  readonly unknown: string | undefined;
  private readonly places: ReadonlyMap<string, number>;

  /**
   * @param words each once @param counts as many, from 0 up
   * @throws ValueError
   */
  constructor(
    words: readonly string[],
    counts: readonly number[],
    options: { readonly specials?: number; readonly unknown?: string } = {},
  ) {
    assertList("Vocabulary", "words", words, "an array of words");
    assertList("Vocabulary", "counts", counts, "an array of numbers");
    checkOptions("Vocabulary", options, {
      specials: (op, name, value) => assertWhole(op, name, value),
      unknown: assertString,
    });
    if (words.length !== counts.length) {
      throw new ValueError("Vocabulary", { words: words.length, counts: counts.length }, "each word needs a count");
    }
    const places = new Map<string, number>();
    for (const [place, word] of words.entries()) {
      assertString("Vocabulary", `words[${place}]`, word);
      assertWhole("Vocabulary", `counts[${place}]`, counts[place]);
      if (places.has(word)) throw new ValueError("Vocabulary", { word }, "each word is there once");
      places.set(word, place);
    }
    this.specials = options.specials ?? 0;
    if (this.specials > words.length) {
      throw new ValueError("Vocabulary", { specials: this.specials, words: words.length }, "specials are words");
    }
    this.unknown = options.unknown;
    if (this.unknown !== undefined && !places.has(this.unknown)) {
      throw new ValueError("Vocabulary", { unknown: this.unknown }, "unknown must be one of the words");
    }
    this.words = [...words];
    this.counts = [...counts];
    this.places = places;
  }

  /**
   * Counts the words of a text.
   * @throws ValueError if no word came often enough
   */
  static async build(sentences: Sentences, options: VocabularyOptions = {}): Promise<Vocabulary> {
    return buildVocabulary("Vocabulary.build", sentences, options);
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** How many words of the text are words of the vocabulary. */
  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  has(word: string): boolean {
    assertString("Vocabulary.has", "word", word);
    return this.places.has(word);
  }

  /** The number of a word, or that of the unknown one. @throws NotFoundError if there is neither */
  index(word: string): number {
    assertString("Vocabulary.index", "word", word);
    const place = this.find(word);
    if (place !== undefined) return place;
    const near = nearest(word, this.words.slice(0, 20_000));
    throw new NotFoundError(
      "Vocabulary.index",
      { word, words: this.size },
      "the word is not in the vocabulary",
      near === undefined ? "has(word) tells" : `did you mean ${near}?`,
    );
  }

  /** The number of a word, or that of the unknown one, if there is either. */
  find(word: string): number | undefined {
    return this.places.get(word) ?? (this.unknown === undefined ? undefined : this.places.get(this.unknown));
  }

  /** The numbers of words; those that are not there are the unknown one, or are left out where there is none. */
  encode(words: Sentence): Int32Array {
    inCall("Vocabulary.encode", () => assertSentence("Vocabulary.encode", words, 0));
    return Int32Array.from(words.flatMap((word) => this.find(word) ?? []));
  }

  /** The words of numbers. @throws IndexError on one that is no word's */
  decode(numbers: ArrayLike<number>): string[] {
    if (!ArrayBuffer.isView(numbers) || numbers instanceof BigInt64Array)
      assertList("Vocabulary.decode", "numbers", numbers, "numbers of words");
    return Array.from(numbers as ArrayLike<unknown>, (number, position) => {
      assertNumber("Vocabulary.decode", `numbers[${position}]`, number);
      const word = this.words[number];
      if (word !== undefined) return word;
      throw new IndexError("Vocabulary.decode", { position, number }, `words have the numbers 0…${this.size - 1}`);
    });
  }

  /**
   * The chance of each word to be kept where frequent ones are thinned out: (√(c / t) + 1) t / c, at most 1, where t is `sample` of all
   * words, as word2vec.c and gensim have it. `Word2Vec` does it by itself.
   * @param sample share of all words from which on a word is left out at times; from 1 up a number of words @throws ValueError
   */
  keepProbabilities(sample = 1e-3): Float64Array {
    assertNumber("Vocabulary.keepProbabilities", "sample", sample);
    if (!(sample > 0 && sample < Infinity)) {
      throw new ValueError("Vocabulary.keepProbabilities", { sample }, "sample must be a finite number above 0");
    }
    return Float64Array.from(keepOf(this.counts, sample), (chance) => chance / (2 ** 31 - 1));
  }

  /** Plain values, for a file: `JSON.stringify(vocabulary)`. */
  toJSON(): object {
    const { words, counts, specials, unknown } = this;
    return { kind: KIND, words, counts, specials, ...(unknown === undefined ? {} : { unknown }) };
  }

  /** A vocabulary of what `JSON.stringify` made of one. @throws FormatError on anything else */
  static parse(json: string): Vocabulary {
    assertString("Vocabulary.parse", "json", json);
    try {
      const value: unknown = JSON.parse(json);
      return vocabularyOf(value);
    } catch (error) {
      if (error instanceof FormatError) throw error;
      const found = error instanceof Error ? error.message : String(error);
      throw new FormatError("Vocabulary.parse", { found }, "the text is no vocabulary", undefined, { cause: error });
    }
  }
}

function vocabularyOf(value: unknown): Vocabulary {
  const { kind, words, counts, specials, unknown } = (value ?? {}) as Record<string, unknown>;
  if (kind !== KIND) {
    throw new FormatError("Vocabulary.parse", { kind: describe(kind) }, `a vocabulary says so: kind is ${KIND}`);
  }
  return new Vocabulary(words as string[], counts as number[], {
    specials: specials as number,
    ...(unknown === undefined ? {} : { unknown: unknown as string }),
  });
}

/** `Vocabulary.build` on behalf of what errors call `op`. */
export async function buildVocabulary(
  op: string,
  sentences: Sentences,
  options: VocabularyOptions = {},
): Promise<Vocabulary> {
  const counter = new WordCounter(options, op);
  for await (const sentence of begin(op, sentences)) counter.add(sentence);
  return counter.vocabulary();
}

/** Counts words as they come, for texts that are gone through once. */
export class WordCounter {
  static readonly name: string = "WordCounter";
  private readonly times = new Map<string, number>();
  private readonly options: VocabularyOptions;
  private readonly op: string;
  private sentences = 0;

  /** @throws ValueError on options that make no sense */
  constructor(options: VocabularyOptions = {}, op = "WordCounter") {
    const whole = (least: number) => (name: string, option: string, value: unknown) =>
      assertWhole(name, option, value, least);
    checkOptions<VocabularyOptions>(op, options, {
      minCount: whole(1),
      maxSize: whole(1),
      specials: (name, option, value) => assertList(name, option, value, "an array of words"),
      unknown: assertString,
    });
    const { specials = [], unknown } = options;
    for (const [at, special] of specials.entries()) assertString(op, `specials[${at}]`, special);
    if (unknown !== undefined && !specials.includes(unknown)) {
      throw new ValueError(op, { unknown, specials: specials.join(" ") }, "unknown must be one of the specials");
    }
    this.options = options;
    this.op = op;
  }

  /** Different words so far. */
  get size(): number {
    return this.times.size;
  }

  /** Counts the words of a sentence. */
  add(sentence: Sentence): void {
    assertSentence(this.op === "WordCounter" ? "WordCounter.add" : this.op, sentence, this.sentences++);
    for (const word of sentence) this.times.set(word, (this.times.get(word) ?? 0) + 1);
  }

  /** The words that came often enough. @throws ValueError if there are none */
  vocabulary(): Vocabulary {
    const { minCount = 5, maxSize = Infinity, specials = [], unknown } = this.options;
    const own = new Set(specials);
    const kept = [...this.times]
      .filter(([word, count]) => count >= minCount && !own.has(word))
      .toSorted(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
      .slice(0, maxSize);
    if (kept.length === 0) {
      throw new ValueError(
        this.op === "WordCounter" ? "WordCounter.vocabulary" : this.op,
        { sentences: this.sentences, words: this.times.size, minCount },
        this.times.size === 0 ? "there is no word in the text" : `no word came ${minCount} times`,
        this.times.size === 0 ? undefined : "a smaller minCount keeps rarer words",
      );
    }
    let left = [...this.times].reduce((sum, [word, count]) => sum + (own.has(word) ? 0 : count), 0);
    for (const [, count] of kept) left -= count;
    const countOf = (special: string): number => (this.times.get(special) ?? 0) + (special === unknown ? left : 0);
    return new Vocabulary(
      [...specials, ...kept.map(([word]) => word)],
      [...specials.map(countOf), ...kept.map(([, count]) => count)],
      { specials: specials.length, ...(unknown === undefined ? {} : { unknown }) },
    );
  }
}
