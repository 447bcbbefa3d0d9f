import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GloVe } from "@unfoldjs/embeddings";
import { memory } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CorpusCounts } from "./corpus-counts.ts";
import { countCorpus } from "./count-corpus.ts";
import { ParquetReader } from "./files/parquet.ts";
import type { CountCorpusOptions, CountProgress } from "./options.ts";
import { type BruteForce, bruteForce, smallCorpus } from "./testing/corpus.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-count-"));
afterAll(() => rmSync(place, { recursive: true }));
let made = 0;
const folder = (): string => join(place, `counts-${made++}`);
const corpus = smallCorpus(200);
const small = { documents: corpus, partWords: 1000, threads: 1 } as const;
let expected: BruteForce;
beforeAll(async () => {
  expected = await bruteForce(corpus);
});

/** Counts as plain lists. */
async function listsOf(counts: CorpusCounts): Promise<object> {
  return { words: counts.vocabulary.words, times: counts.vocabulary.counts, pairs: await counts.inMemory() };
}
const listed = ({ vocabulary, counts }: BruteForce): object => ({
  words: vocabulary.words,
  times: vocabulary.counts,
  pairs: counts,
});

describe("by DuckDB", () => {
  test.each<[string, Partial<CountCorpusOptions>]>([
    ["as it is", {}],
    ["one side, a narrow window", { symmetric: false, window: 1 }],
    ["one side, all words", { symmetric: false, window: 4, minCount: 1 }],
    ["the most frequent, with ties at the end", { maxSize: 150, minCount: 2, window: 7 }],
    ["in one part", { partWords: 1e9 }],
    ["in several files", { filePairs: 10_000 }],
    ["one side, in as many files as there are words", { filePairs: 1, maxSize: 30, symmetric: false }],
    ["the widest window", { window: 20, maxSize: 20 }],
  ])("counts are those of countCooccurrences, to the bit: %s", async (_, options) => {
    const { window, symmetric, minCount, maxSize } = options;
    const kept = { ...(minCount === undefined ? {} : { minCount }), ...(maxSize === undefined ? {} : { maxSize }) };
    const near = { ...(window === undefined ? {} : { window }), ...(symmetric === undefined ? {} : { symmetric }) };
    expect(await listsOf(await countCorpus({ ...small, ...options, folder: folder() }))).toEqual(
      listed(await bruteForce(corpus, { ...kept, ...near })),
    );
  });

  test("a part is larger than what is written at once", async () => {
    const documents = Array.from({ length: 420 }, (_, i) =>
      Array.from({ length: 650 }, (__, at) => `${(i * 7919 + at * 104_729) % 9973}-${at % 7}`),
    );
    const options = { minCount: 3, window: 1 } as const;
    const counts = await countCorpus({ ...options, documents, folder: folder() });
    expect(counts.words).toBe(420 * 650);
    expect(await listsOf(counts)).toEqual(listed(await bruteForce(documents, options)));
  });

  test("files hold pairs by word and context, each some words", async () => {
    const counts = await countCorpus({ ...small, folder: folder(), filePairs: 10_000 });
    expect(counts.files.length).toBeGreaterThan(2);
    const all: number[][] = [];
    const reader = new ParquetReader("test");
    for (const path of counts.files) {
      for (const group of await reader.groups(path)) {
        const columns = await reader.read(group, ["word", "context"]);
        const [words, contexts] = [columns.get("word"), columns.get("context")];
        for (let row = 0; row < group.end - group.start; row++)
          all.push([Number(words?.[row]), Number(contexts?.[row])]);
      }
    }
    const sorted = all.toSorted(([a = 0, c = 0], [b = 0, d = 0]) => a - b || c - d);
    expect(all).toEqual(sorted);
  });

  test("only the result stays, and a second call finds it", async () => {
    const into = folder();
    const first = await countCorpus({ ...small, folder: into });
    expect(readdirSync(into).toSorted()).toEqual(["cooccurrences-00000.parquet", "manifest.json", "words.parquet"]);
    const unread = (): never => {
      throw new Error("read again");
    };
    const again = await countCorpus({ ...small, documents: { [Symbol.iterator]: unread }, folder: into });
    expect([again.length, again.documents, again.words]).toEqual([first.length, 200, first.words]);
    expect((await CorpusCounts.open(into)).vocabulary.words).toEqual(first.vocabulary.words);
  });

  test("progress ends with all documents of each step", async () => {
    const told: CountProgress[] = [];
    const { words } = await countCorpus({
      ...small,
      folder: folder(),
      totalDocuments: 200,
      onProgress: (progress) => void told.push(progress),
    });
    for (const step of ["words", "pairs"] as const) {
      const last = told.findLast((each) => each.step === step);
      expect([last?.done, last?.total, last?.words, last?.secondsLeft]).toEqual([200, 200, words, 0]);
    }
    expect(told.at(-1)).toMatchObject({ step: "merge", done: 1, total: 1, secondsLeft: 0 });
    expect(told.every(({ wordsPerSecond }) => wordsPerSecond >= 0)).toBe(true);
  });

  test("a signal ends it with what it says, and it goes on later", async () => {
    const into = folder();
    const controller = new AbortController();
    const reason = new Error("enough");
    const counting = countCorpus({
      ...small,
      folder: into,
      signal: controller.signal,
      onProgress: ({ step, done }) => {
        if (step === "pairs" && done > 0) controller.abort(reason);
      },
    });
    await expect(counting).rejects.toBe(reason);
    await expect(CorpusCounts.open(into)).rejects.toThrow(/not finished/);
    expect(await listsOf(await countCorpus({ ...small, folder: into }))).toEqual(listed(expected));
  });
});

describe("a process that is killed", () => {
  test.each([
    ["while it counts words", "words", 50],
    ["after the words", "words", 200],
    ["while it counts pairs", "pairs", 60],
    ["in the middle of a query", "pairs", 60, 3],
    ["at the end", "merge", 1],
  ])("goes on where it was: %s", async (_, ...when) => {
    const into = folder();
    const child = join(import.meta.dirname, "testing/child.ts");
    const { signal, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@unfoldjs/source", child, into, ...when.map(String)],
      { encoding: "utf8", timeout: 60_000 },
    );
    expect([signal, stderr]).toEqual(["SIGKILL", ""]);
    const before = JSON.parse(readFileSync(join(into, "manifest.json"), "utf8")) as { parts: unknown[] };
    expect(before.parts.length).toBeGreaterThan(1);
    const told: CountProgress[] = [];
    expect(
      await listsOf(await countCorpus({ ...small, folder: into, onProgress: (progress) => void told.push(progress) })),
    ).toEqual(listed(expected));
    // Nothing that was done is done again: the first report is from beyond it.
    const first = told.find(({ step }) => step === when[0]);
    expect(first?.done ?? Infinity).toBeGreaterThan(Number(when[1]) / 2);
  });

  test("parts whose files are damaged or gone are made again, and no others", async () => {
    const into = folder();
    const stop = new AbortController();
    const stopped = countCorpus({
      ...small,
      folder: into,
      signal: stop.signal,
      onProgress: ({ step, done }) => step === "pairs" && done > 100 && stop.abort(),
    });
    await expect(stopped).rejects.toThrow(/abort/);
    rmSync(join(into, "counts-000001.parquet"));
    rmSync(join(into, "pairs-000000.parquet"));
    const told: CountProgress[] = [];
    expect(
      await listsOf(await countCorpus({ ...small, folder: into, onProgress: (progress) => void told.push(progress) })),
    ).toEqual(listed(expected));
    const words = told.filter(({ step }) => step === "words");
    expect(words.at(-1)?.done).toBe(200);
    expect(words[0]?.done).toBeGreaterThan(100);
  });
});

/** A disk of a few pages, where this user may mount one. */
const disk = join(place, "disk");
mkdirSync(disk);
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=100k", "tmpfs", disk]).status === 0;
afterAll(() => void (mounted && spawnSync("umount", [disk])));

test.skipIf(!mounted)("a full disk is told, nothing is lost, and with more room it goes on (needs mount)", async () => {
  const into = join(disk, "counts");
  const run = (): Promise<CorpusCounts> => countCorpus({ ...small, folder: into });
  await expect(run()).rejects.toThrow(/the disk is full[^]*make room/);
  const kept = JSON.parse(readFileSync(join(into, "manifest.json"), "utf8")) as { parts: unknown[] };
  expect(kept.parts.length).toBeGreaterThan(0);
  expect(readdirSync(into).filter((name) => name.endsWith(".tmp") && !name.startsWith("tokens"))).toEqual([]);
  expect(spawnSync("mount", ["-o", "remount,size=50m", disk]).status).toBe(0);
  expect(await listsOf(await run())).toEqual(listed(expected));
});

describe("wrong calls", () => {
  test.each<[object, RegExp]>([
    [{ engin: "duckdb" }, /did you mean engine/],
    [{ engine: "sqlite" }, /engine.*"duckdb"/s],
    [{ window: 21 }, /at most 20/],
    [{ servers: ["http://127.0.0.1:1"] }, /servers is no option of duckdb/],
    [{ engine: "clickhouse" }, /servers/],
    [{ engine: "clickhouse", servers: ["http://a:1", "http://b:1"] }, /cluster/],
    [{ engine: "clickhouse", servers: ["no address"] }, /an address/],
    [{ engine: "clickhouse", servers: ["http://a:1"], memoryLimit: "1GB" }, /memoryLimit is no option of clickhouse/],
    [{ cluster: "x'; DROP TABLE y" }, /cluster/],
    [{ memoryLimit: "much" }, /memoryLimit.*"2GB"/s],
    [{ words: { lowercase: true } }, /did you mean lowerCase/],
    [{ documents: [["a", ""]] }, /not empty/],
    [{ documents: [["a\u001Fb"]] }, /U\+001F/],
    [{ documents: [["\uD800"]] }, /surrogate/],
    [{ documents: [3] }, /documents\[0\]/],
    [{ documents: [] }, /no word in the documents/],
    [{ documents: [["a"]], minCount: 2 }, /no word came 2 times/],
    [{ documents: [["a"]][Symbol.iterator]() }, /begun anew/],
  ])("options %#", async (options, message) => {
    await expect(countCorpus({ documents: corpus, folder: folder(), ...options })).rejects.toThrow(message);
  });

  test("a folder of another count, of other documents, or of something else", async () => {
    const into = folder();
    const stop = new AbortController();
    const onProgress = ({ done }: CountProgress): void => void (done > 60 && stop.abort());
    await expect(countCorpus({ ...small, folder: into, signal: stop.signal, onProgress })).rejects.toThrow(/abort/);
    await expect(countCorpus({ ...small, folder: into, window: 3 })).rejects.toThrow(/by other options/);
    const others = corpus.with(0, "another beginning");
    await expect(countCorpus({ ...small, folder: into, documents: others })).rejects.toThrow(/not those/);
    await expect(countCorpus({ ...small, folder: into, documents: corpus.slice(0, 5) })).rejects.toThrow(/not those/);
    expect(await listsOf(await countCorpus({ ...small, folder: into }))).toEqual(listed(expected));
    const wrong = folder();
    mkdirSync(wrong);
    writeFileSync(join(wrong, "manifest.json"), "{}");
    await expect(countCorpus({ ...small, folder: wrong })).rejects.toThrow(/kind/);
    expect(existsSync(join(wrong, "words.parquet"))).toBe(false);
    await expect(CorpusCounts.open(folder())).rejects.toThrow(/no counts/);
  });
});

test("GloVe learns from the files what it learns from memory, with the same bits each time, and leaves nothing", async () => {
  const counts = await countCorpus({ ...small, folder: folder() });
  const before = memory().tensors;
  const vectors = [];
  const losses = [];
  for (const source of [counts, await CorpusCounts.open(counts.folder), expected.counts]) {
    using model = new GloVe(counts.vocabulary, { vectorSize: 8, seed: 3 });
    await model.train(source, { epochs: 3 });
    using found = model.vectors();
    vectors.push([...found.vector("word100")]);
    losses.push(model.losses);
  }
  expect(vectors[1]).toEqual(vectors[0]);
  expect(losses[1]).toEqual(losses[0]);
  // In another order of pairs: near, not equal.
  expect(losses[0]?.[2]).toBeCloseTo(losses[2]?.[2] ?? NaN, 2);
  expect(memory().tensors).toBe(before);
});

test("blocks have each pair once, in an order of the seed", async () => {
  const counts = await countCorpus({ ...small, folder: folder() });
  const all = async (seed: number): Promise<string[]> => {
    const found = [];
    for await (const { words, contexts, times } of counts.blocks(seed)) {
      for (const [i, word] of words.entries()) found.push(`${word} ${contexts[i]} ${times[i]}`);
    }
    return found;
  };
  const [first, again, other] = [await all(1), await all(1), await all(2)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  const { words, contexts, times } = await counts.inMemory();
  const pairs = Array.from(words, (word, i) => `${word} ${contexts[i]} ${times[i]}`).toSorted();
  expect(first.toSorted()).toEqual(pairs);
  expect(other.toSorted()).toEqual(pairs);
});
