import { join } from "node:path";
import { ValueError } from "@unfoldjs/tensor-core";
import { CorpusCounts, pairsFile, readWords } from "./corpus-counts.ts";
import { beginDocuments, charactersOf, tokensOf } from "./documents.ts";
import { chdbEngine } from "./engines/chdb.ts";
import { ClusterEngine } from "./engines/clickhouse.ts";
import { duckDbEngine } from "./engines/duckdb.ts";
import type { Engine } from "./engines/engine.ts";
import { Callers } from "./callers.ts";
import { whole } from "./files/atomic.ts";
import { faultOf } from "./files/faults.ts";
import { lockFolder } from "./files/lock.ts";
import { type CountSettings, type Manifest, openManifest, type PartRecord, saveManifest } from "./files/manifest.ts";
import { ParquetFile } from "./files/parquet.ts";
import { type CountCorpusOptions, countSettings, OP } from "./options.ts";
import { StepWatch } from "./progress.ts";
import { assertFits, unitOf } from "./sql/units.ts";

/** Words of the longest piece of a document, as `countCooccurrences` has it. */
const LONGEST = 1000;
/** Words that are handed to an engine at once. */
const BLOCK_WORDS = 250_000;

/**
 * Counts words, and how often they stand near each other, in a corpus of any size: by DuckDB in this process, or by a ClickHouse
 * cluster. Counts are those of `Vocabulary.build` and `countCooccurrences`, exactly, by every engine: pairs are summed as whole
 * numbers. Memory does not grow with the corpus, only with the vocabulary.
 *
 * The result stays in `folder` as Parquet: `words.parquet` (number, word, count) and `cooccurrences-*.parquet` (word, context, units; a pair
 * counts units / lcm(1…window)). Documents are counted in parts. A count that was ended, in whatever way, is called again with the
 * same options and goes on with the part at which it was.
 *
 * Node only. Needs `hyparquet` and `hyparquet-writer`, and `@duckdb/node-api`, `chdb` or `@clickhouse/client`.
 * @throws ValueError on wrong options, or documents that are not those of before, NotFoundError on a package that is missing, FileError
 *   if the disk is full or a server is gone, what the signal says if it is aborted
 *
 * @example
 * const counts = await countCorpus({ documents: () => lines("reviews.txt.gz"), words: { lowerCase: true }, folder: "counts" });
 * using model = new GloVe(counts.vocabulary, { vectorSize: 100 });
 * await model.train(counts, { epochs: 15 });
 */
export async function countCorpus(options: CountCorpusOptions): Promise<CorpusCounts> {
  const settings = countSettings(options);
  beginDocuments(OP, options.documents);
  const { folder, signal } = options;
  signal?.throwIfAborted();
  const callers = new Callers();
  let engine: Engine | undefined;
  let unlock: (() => void) | undefined;
  try {
    if (!openManifest(OP, folder, settings).finished) {
      unlock = lockFolder(OP, folder);
      const manifest = openManifest(OP, folder, settings); // as whoever counted until now has left it
      await saveManifest(OP, folder, manifest);
      engine = await openEngine(options, settings, manifest.id);
      await new Count(options, manifest, engine, callers).run();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw callers.threw(error) ? error : faultOf(OP, error, { folder });
  } finally {
    await engine?.close();
    unlock?.();
  }
  return CorpusCounts.open(folder);
}

async function openEngine(options: CountCorpusOptions, settings: CountSettings, id: string): Promise<Engine> {
  const { folder, signal, memoryLimit = "2GB", threads, cluster, database = "default", user, password } = options;
  if (settings.engine === "clickhouse") {
    const { servers } = settings;
    return ClusterEngine.open(OP, { servers, cluster, database, user, password, id, signal });
  }
  const open = settings.engine === "chdb" ? chdbEngine : duckDbEngine;
  return open(OP, { folder, memoryLimit, threads, signal });
}

/** One run of a count. */
class Count {
  private readonly options: CountCorpusOptions;
  private readonly manifest: Manifest;
  private readonly engine: Engine;
  private readonly callers: Callers;

  constructor(options: CountCorpusOptions, manifest: Manifest, engine: Engine, callers: Callers) {
    const onProgress = callers.told(options.onProgress);
    this.options = onProgress === undefined ? options : { ...options, onProgress };
    this.manifest = manifest;
    this.engine = engine;
    this.callers = callers;
  }

  async run(): Promise<void> {
    const { engine, manifest } = this;
    await this.forgetLostParts();
    if (!manifest.complete) await this.countWords();
    if (manifest.vocabulary === undefined) await this.chooseWords();
    await this.countPairs();
    await this.merge();
    await engine.finish(manifest.parts.length);
    manifest.finished = true;
    await this.save();
  }

  /** Parts that the manifest has and the engine has not, or not all of, are made again, and they alone. */
  private async forgetLostParts(): Promise<void> {
    const { engine, manifest } = this;
    if (manifest.ranges !== undefined && manifest.merged.length === manifest.ranges.length - 1) return;
    const found = await engine.look(manifest.parts.length);
    for (const [part, record] of manifest.parts.entries()) {
      const { counts, pairs } = found[part] ?? {};
      if (counts !== record.counts) record.lost = true;
      if (record.lost || pairs !== record.pairs) delete record.pairs;
    }
    if (manifest.parts.some(({ lost }) => lost)) {
      manifest.complete = false;
      delete manifest.vocabulary; // whose table may be lost with them
    }
    if (manifest.parts.some(({ pairs }) => pairs === undefined)) {
      delete manifest.ranges;
      manifest.merged.length = 0;
    }
    await this.save();
  }

  private async countWords(): Promise<void> {
    const { engine, manifest, options } = this;
    const { documents, signal, onProgress, totalDocuments, words: how = {} } = options;
    const { parts, settings } = manifest;
    const kept = parts.filter(({ lost }) => !lost);
    const before = { done: sumOf(kept, "documents"), words: sumOf(kept, "words") };
    const watch = new StepWatch(onProgress, "words", totalDocuments, before);
    const fresh = { documents: 0, words: 0, characters: 0 };
    let [at, number, part] = [0, 0, { ...fresh }];
    let [block, blockWords]: [string[], number] = [[], 0];
    const hand = async (): Promise<void> => {
      if (block.length > 0) await engine.add(at, { first: number - block.length, tokens: block });
      [block, blockWords] = [[], 0];
    };
    const end = async (): Promise<void> => {
      await hand();
      const known = parts[at];
      if (known !== undefined) assertSame(at, known, part.characters, "characters");
      if (known === undefined || known.lost) {
        const counts = await engine.count(at);
        if (known === undefined) parts.push({ ...part, counts });
        else {
          assertSame(at, known, counts, "counts");
          delete known.lost;
        }
        await this.spent("words", watch);
        watch.say();
      }
      at++;
      part = { ...fresh };
    };
    for await (const document of this.callers.items(beginDocuments(OP, documents), signal)) {
      signal?.throwIfAborted();
      const known = parts[at];
      const characters = charactersOf(OP, document, number);
      if (known === undefined || known.lost) {
        if (part.documents === 0) await engine.begin(at);
        const { tokens, count } = tokensOf(OP, document, number, how);
        // A document without words has its number, and no row.
        if (count === 0) await hand();
        else block.push(tokens);
        blockWords += count;
        part.words += count;
        watch.add(1, count);
      }
      number++;
      part.documents++;
      part.characters += characters;
      if (blockWords >= BLOCK_WORDS) await hand();
      const isWhole = known === undefined ? part.words >= settings.partWords : part.documents === known.documents;
      if (isWhole) await end();
    }
    if (at < parts.length) throw changed({ documents: number, "documents before": sumOf(parts, "documents") });
    if (part.documents > 0) await end();
    if (sumOf(parts, "words") === 0) {
      throw new ValueError(OP, { documents: number, words: 0 }, "there is no word in the documents");
    }
    manifest.complete = true;
    await this.spent("words", watch);
  }

  private async chooseWords(): Promise<void> {
    const { engine, manifest, options } = this;
    const watch = new StepWatch(undefined, "words", undefined, { done: 0, words: 0 });
    const { minCount, maxSize, window } = manifest.settings;
    const { words, counts } = await engine.totals(minCount, maxSize);
    const order = Array.from(words.keys()).toSorted((a, b) => {
      const [first = "", second = ""] = [words[a], words[b]];
      // As `Vocabulary` has it: UTF-16, where the engines would order by UTF-8.
      return (counts[b] ?? 0) - (counts[a] ?? 0) || (first < second ? -1 : 1);
    });
    if (maxSize > 0) order.length = Math.min(order.length, maxSize);
    if (order.length === 0) {
      const came = { words: sumOf(manifest.parts, "words"), minCount };
      throw new ValueError(OP, came, `no word came ${minCount} times`, "a smaller minCount keeps rarer words");
    }
    assertFits(OP, window, counts[order[0] ?? 0] ?? 0);
    const kept = order.map((at) => words[at] ?? "");
    await whole(join(options.folder, "words.parquet"), async (partial) => {
      const file = await ParquetFile.create(
        OP,
        partial,
        [
          { name: "number", type: "INT32" },
          { name: "word", type: "STRING" },
          { name: "count", type: "INT64" },
        ],
        1 << 17,
      );
      const numbers = Int32Array.from(kept.keys());
      await file.write(
        numbers,
        kept,
        BigInt64Array.from(order, (at) => BigInt(counts[at] ?? 0)),
      );
      await file.close();
    });
    await engine.number(kept);
    manifest.vocabulary = kept.length;
    await this.spent("vocabulary", watch);
  }

  private async countPairs(): Promise<void> {
    const { engine, manifest, options } = this;
    const { parts, settings } = manifest;
    const done = parts.filter(({ pairs }) => pairs !== undefined);
    const before = { done: sumOf(done, "documents"), words: sumOf(done, "words") };
    const watch = new StepWatch(options.onProgress, "pairs", sumOf(parts, "documents"), before);
    const { window, symmetric } = settings;
    const near = { window, symmetric, unit: unitOf(OP, window), longest: LONGEST };
    for (const [number, part] of parts.entries()) {
      if (part.pairs !== undefined) continue;
      options.signal?.throwIfAborted();
      part.pairs = await engine.pairs(number, near);
      await this.spent("pairs", watch);
      watch.add(part.documents, part.words, true);
    }
  }

  private async merge(): Promise<void> {
    const { engine, manifest, options } = this;
    const { parts, settings, merged } = manifest;
    const pairs = parts.reduce((sum, part) => sum + (part.pairs ?? 0), 0);
    const ranges = (manifest.ranges ??= rangesOf(
      (await readWords(OP, options.folder)).counts,
      Math.max(Math.ceil(pairs / settings.filePairs), 1),
    ));
    const files = ranges.length - 1;
    const all = sumOf(parts, "words");
    const before = { done: merged.length, words: Math.floor((all * merged.length) / files) };
    const watch = new StepWatch(options.onProgress, "merge", files, before);
    for (let file = merged.length; file < files; file++) {
      options.signal?.throwIfAborted();
      const path = join(options.folder, pairsFile(file));
      const range = { first: ranges[file] ?? 0, end: ranges[file + 1] ?? 0 };
      merged.push(await engine.merge(parts.length, path, range));
      await this.spent("merge", watch);
      watch.add(1, Math.floor(all / files), true);
    }
  }

  private spentBefore = { step: "", seconds: 0 };

  /** Notes the time of a step, and saves what there is. */
  private async spent(step: keyof Manifest["seconds"], watch: StepWatch): Promise<void> {
    const { seconds } = watch;
    const before = this.spentBefore.step === step ? this.spentBefore.seconds : 0;
    this.manifest.seconds[step] += seconds - before;
    this.spentBefore = { step, seconds };
    await this.save();
  }

  private async save(): Promise<void> {
    await saveManifest(OP, this.options.folder, this.manifest);
  }
}

/**
 * Where the words of each file begin, for files of about as many pairs. A word has about count^¾ of them: fewer than it comes, since
 * frequent words meet the same ones again. (Roots, which have the same bits everywhere: the order of a training follows from files.)
 */
function rangesOf(counts: readonly number[], files: number): number[] {
  const shares = counts.map((count) => Math.sqrt(count) * Math.sqrt(Math.sqrt(count)));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const starts = [0];
  let sum = 0;
  for (const [word, share] of shares.entries()) {
    if (sum >= (all * starts.length) / files && word > (starts.at(-1) ?? 0)) starts.push(word);
    sum += share;
  }
  return [...starts, counts.length];
}

/** @throws ValueError if a part that is made again is another one */
function assertSame(part: number, known: PartRecord, now: number, name: "characters" | "counts"): void {
  if (known[name] !== now) throw changed({ part, [name]: now, [`${name} before`]: known[name] });
}

function changed(came: Readonly<Record<string, number>>): ValueError {
  return new ValueError(
    OP,
    came,
    "the documents are not those that the count began with",
    "give the same ones in the same order, or another folder",
  );
}

const sumOf = (parts: readonly PartRecord[], name: "documents" | "words"): number =>
  parts.reduce((sum, part) => sum + part[name], 0);
