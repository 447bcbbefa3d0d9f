import { statSync } from "node:fs";
import { join } from "node:path";
import { assertString, assertWhole, FileError, FormatError, Generator, scope } from "@unfoldjs/tensor-core";
import { type Cooccurrences, type CooccurrenceStream, Vocabulary } from "@unfoldjs/embeddings";
import { type Manifest, readManifest } from "./files/manifest.ts";
import { ParquetReader, type RowGroup } from "./files/parquet.ts";
import { unitOf } from "./sql/units.ts";

/** Pairs that are in memory at once, and shuffled among each other. */
const POOL = 4_000_000;

/** What `countCorpus` counted. Of the pairs nothing is in memory: `GloVe` reads them from their files, in each epoch anew. */
export class CorpusCounts implements CooccurrenceStream {
  static readonly name: string = "CorpusCounts";
  readonly folder: string;
  readonly vocabulary: Vocabulary;
  readonly documents: number;
  /** Of the corpus, also of those that are not in the vocabulary. */
  readonly words: number;
  /** Pairs with a count. */
  readonly length: number;
  readonly window: number;
  readonly symmetric: boolean;
  /** What a pair of neighbours counts in the files: times is units / unit. */
  readonly unit: number;
  /** Paths of the Parquet files with the columns word, context and units. */
  readonly files: readonly string[];
  /** Seconds of each step, over all runs. */
  readonly seconds: Readonly<Record<"words" | "vocabulary" | "pairs" | "merge", number>>;
  /** Rows that crossed from parts to the whole: different words and pairs of each part, summed. */
  readonly partRows: { readonly words: number; readonly pairs: number };
  private readonly reader: ParquetReader;

  /** Made by `countCorpus` and `CorpusCounts.open`. */
  constructor(folder: string, manifest: Manifest, vocabulary: Vocabulary, reader: ParquetReader) {
    const { parts, merged, settings, seconds } = manifest;
    this.folder = folder;
    this.vocabulary = vocabulary;
    this.documents = parts.reduce((sum, part) => sum + part.documents, 0);
    this.words = parts.reduce((sum, part) => sum + part.words, 0);
    this.length = merged.reduce((sum, pairs) => sum + pairs, 0);
    this.window = settings.window;
    this.symmetric = settings.symmetric;
    this.unit = unitOf("CorpusCounts", settings.window);
    this.files = merged.map((_, file) => join(folder, pairsFile(file)));
    this.seconds = { ...seconds };
    this.partRows = {
      words: parts.reduce((sum, part) => sum + part.counts, 0),
      pairs: parts.reduce((sum, part) => sum + (part.pairs ?? 0), 0),
    };
    this.reader = reader;
  }

  /**
   * Counts that are finished, from their folder.
   * @throws FileError if there are none, or they are not finished
   */
  static async open(folder: string): Promise<CorpusCounts> {
    const op = "CorpusCounts.open";
    assertString(op, "folder", folder);
    const manifest = readManifest(op, folder);
    if (manifest === undefined)
      throw new FileError(op, { folder }, "there are no counts in the folder", "countCorpus makes them");
    if (!manifest.finished) {
      throw new FileError(
        op,
        { folder, parts: manifest.parts.length },
        "the count is not finished",
        "countCorpus goes on with it",
      );
    }
    const reader = new ParquetReader(op);
    const { words, counts } = await readWords(op, folder);
    for (const [file, pairs] of manifest.merged.entries()) {
      const path = join(folder, pairsFile(file));
      const there = (await reader.groups(path)).at(-1)?.end ?? 0;
      if (there === pairs) continue;
      throw new FormatError(op, { path, pairs: there, counted: pairs }, "the file is not that of the count");
    }
    return new CorpusCounts(folder, manifest, new Vocabulary(words, counts), reader);
  }

  /** Bytes of the files of pairs. */
  get bytes(): number {
    return this.files.reduce((sum, path) => sum + statSync(path).size, 0);
  }

  /**
   * All pairs once, in an order that follows from the seed: groups of 20,480 neighbouring pairs are drawn from all files, and
   * about four million pairs are mixed at a time. Memory is that of those.
   */
  blocks(seed: number): AsyncGenerator<Cooccurrences> {
    assertWhole("CorpusCounts.blocks", "seed", seed);
    return this.pools(seed);
  }

  private async *pools(seed: number): AsyncGenerator<Cooccurrences> {
    const groups: RowGroup[] = [];
    for (const path of this.files) groups.push(...(await this.reader.groups(path)));
    const order = permutation(groups.length, seed);
    let pool: RowGroup[] = [];
    let size = 0;
    let blocks = 0;
    for (const at of order) {
      const group = groups[at];
      if (group === undefined) continue;
      pool.push(group);
      size += group.end - group.start;
      if (size < POOL) continue;
      yield await this.mixed(pool, size, seed + ++blocks);
      [pool, size] = [[], 0];
    }
    if (size > 0) yield await this.mixed(pool, size, seed + ++blocks);
  }

  /**
   * All pairs in memory, by word and then by context, as `countCooccurrences` gives them.
   * @throws OutOfMemoryError or RangeError if they do not fit
   */
  async inMemory(): Promise<Cooccurrences> {
    const groups: RowGroup[] = [];
    for (const path of this.files) groups.push(...(await this.reader.groups(path)));
    const { words, contexts, times } = await this.read("CorpusCounts.inMemory", groups, this.length);
    const order = Array.from(words.keys()).toSorted(
      (a, b) => (words[a] ?? 0) - (words[b] ?? 0) || (contexts[a] ?? 0) - (contexts[b] ?? 0),
    );
    return reordered({ words, contexts, times }, order);
  }

  private async mixed(groups: readonly RowGroup[], size: number, seed: number): Promise<Cooccurrences> {
    return reordered(await this.read("CorpusCounts.blocks", groups, size), permutation(size, seed));
  }

  private async read(op: string, groups: readonly RowGroup[], size: number): Promise<Cooccurrences> {
    const [words, contexts, times] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
    let start = 0;
    for (const group of groups) {
      const columns = await this.reader.read(group, ["word", "context", "units"]);
      const [word, context, units] = ["word", "context", "units"].map((name) => columns.get(name));
      const count = group.end - group.start;
      for (let row = 0; row < count; row++) {
        const [first, second, often] = [Number(word?.[row]), Number(context?.[row]), Number(units?.[row])];
        const isPair = first >= 0 && first < this.vocabulary.size && second >= 0 && second < this.vocabulary.size;
        if (!isPair || !(often > 0)) {
          const came = { path: group.path, row: group.start + row, word: first, context: second, units: often };
          throw new FormatError(op, came, "the file is damaged: a pair has two words and a count");
        }
        words[start + row] = first;
        contexts[start + row] = second;
        times[start + row] = often / this.unit;
      }
      start += count;
    }
    return { words, contexts, times };
  }
}

/** The words of a count, and how often each came. */
export async function readWords(op: string, folder: string): Promise<{ words: string[]; counts: number[] }> {
  const reader = new ParquetReader(op);
  const [words, counts]: [string[], number[]] = [[], []];
  for (const group of await reader.groups(join(folder, "words.parquet"))) {
    const columns = await reader.read(group, ["word", "count"]);
    for (const word of Array.from(columns.get("word") ?? [])) words.push(String(word));
    for (const count of Array.from(columns.get("count") ?? [])) counts.push(Number(count));
  }
  return { words, counts };
}

/** A file of pairs. */
export const pairsFile = (file: number): string => `cooccurrences-${String(file).padStart(5, "0")}.parquet`;

function permutation(length: number, seed: number): Int32Array {
  return Int32Array.from(scope(() => new Generator(seed).permutation(length).data()));
}

function reordered({ words, contexts, times }: Cooccurrences, order: ArrayLike<number>): Cooccurrences {
  return {
    words: Int32Array.from(order, (at) => words[at] ?? 0),
    contexts: Int32Array.from(order, (at) => contexts[at] ?? 0),
    times: Float32Array.from(order, (at) => times[at] ?? 0),
  };
}
