import { concat, FormatError, fromArray, inCall, scope } from "@unfoldjs/tensor-core";
import type { Subwords } from "../subwords/subwords.ts";
import type { Rows, Storage } from "../vectors/row-store.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

/** What is read of a file, and how it is kept. */
export interface ReadingRules {
  /** How vectors are stored in memory. Default `"f32"`; `"f16"` takes half of it. */
  readonly storage?: Storage;
  /** Read the first so many words alone: files list frequent ones first. */
  readonly limit?: number;
  /** Keep these words alone. */
  readonly only?: ReadonlySet<string>;
  /** What to do with a word that comes again: `"first"`, the default, keeps the first and passes over the rest, as gensim. */
  readonly duplicates?: "first" | "refuse";
}

/** Numbers that wait to be stored together: 2 MB. */
const WAITING = 1 << 19;
/** More numbers than any vector has: a file that says so is no file of vectors. */
const LONGEST = 1 << 20;

/** Gathers words and their vectors, some thousand at a time, in the dtype they will have. */
export class RowBuilder {
  readonly words: string[] = [];
  readonly counts: number[] = [];
  /** Words passed over: they came before, or are not among those wanted. */
  skipped = 0;
  private readonly seen = new Set<string>();
  private readonly blocks: WordVectors[] = [];
  private readonly size: number;
  private readonly rules: ReadingRules;
  private readonly op: string;
  private readonly block: number;
  private readonly waiting: Float32Array;
  private filled = 0;
  /** Where the words that wait stand. */
  private readonly stands: (() => Readonly<Record<string, string | number>>)[] = [];

  constructor(op: string, size: number, rules: ReadingRules) {
    if (size > LONGEST)
      throw new FormatError(
        op,
        { size },
        `vectors of more than ${LONGEST} numbers are none`,
        "is the file of this format?",
      );
    this.op = op;
    this.size = size;
    this.rules = rules;
    this.block = Math.max(1, Math.floor(WAITING / size));
    this.waiting = new Float32Array(this.block * size);
  }

  /** True once as many words are there as were wanted. */
  get isFull(): boolean {
    return (
      this.words.length >= (this.rules.limit ?? Infinity) || this.words.length >= (this.rules.only?.size ?? Infinity)
    );
  }

  /**
   * Where the next word's vector is to be written; undefined if the word is passed over.
   * @param place where it stands, for errors @throws FormatError on a word that came before, unless these are passed over
   */
  add(word: string, place: () => Readonly<Record<string, string | number>>, count = 0): Float32Array | undefined {
    if (this.seen.has(word)) {
      if (this.rules.duplicates === "refuse") {
        const fix = 'duplicates: "first" keeps the first and passes over the others';
        throw new FormatError(
          this.op,
          { ...place(), word, first: this.words.indexOf(word) },
          "the word came before",
          fix,
        );
      }
      this.skipped++;
      return undefined;
    }
    this.seen.add(word);
    if (this.rules.only !== undefined && !this.rules.only.has(word)) {
      this.skipped++;
      return undefined;
    }
    if (this.filled === this.block) this.flush();
    this.words.push(word);
    this.counts.push(count);
    this.stands.push(place);
    const start = this.filled++ * this.size;
    return this.waiting.subarray(start, start + this.size);
  }

  /** All words and their vectors. @throws FormatError on numbers that are not finite */
  build(options: { readonly counts?: boolean; readonly subwords?: Subwords } = {}): WordVectors {
    this.flush();
    const { storage = "f32" } = this.rules;
    const scales = storage === "i8" ? joinedScales(this.blocks) : undefined;
    const counts = options.counts === true ? Int32Array.from(this.counts) : undefined;
    try {
      return scope(() => {
        const parts = this.blocks.map((block) => block.rows);
        const [only, ...more] = parts;
        const rows: Rows = only !== undefined && more.length === 0 ? only : concat<readonly Rows[]>(parts, 0);
        return new WordVectors(this.words, rows, { counts, scales, subwords: options.subwords });
      });
    } finally {
      this.dispose();
    }
  }

  /** Gives back what was gathered. */
  dispose(): void {
    for (const block of this.blocks.splice(0)) block.dispose();
  }

  private flush(): void {
    if (this.filled === 0 && this.blocks.length > 0) return;
    const { filled, size } = this;
    const { storage = "f32" } = this.rules;
    const start = this.words.length - filled;
    const values = this.waiting.subarray(0, filled * size);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const row = Math.floor(wrong / size);
      const came = { ...this.stands[row]?.(), word: this.words[start + row] ?? "", number: values[wrong] ?? NaN };
      throw new FormatError(this.op, came, "vectors hold finite numbers");
    }
    this.stands.length = 0;
    const block = scope(() => new WordVectors(this.words.slice(start), fromArray(values, [filled, size])));
    this.filled = 0;
    if (storage === "f32") {
      this.blocks.push(block);
      return;
    }
    try {
      this.blocks.push(inCall(this.op, () => block.to(storage)));
    } finally {
      block.dispose();
    }
  }
}

function joinedScales(blocks: readonly WordVectors[]): Float32Array {
  return Float32Array.from(blocks.flatMap(({ scales }) => Array.from(scales ?? [])));
}
