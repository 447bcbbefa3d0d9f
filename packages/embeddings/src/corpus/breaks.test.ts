import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { isUnfoldError } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CorpusCounts } from "./corpus-counts.ts";
import { countCorpus } from "./count-corpus.ts";
import type { Documents } from "./documents.ts";
import type { CountCorpusOptions } from "./options.ts";
import { bruteForce, smallCorpus } from "./testing/corpus.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-breaks-"));
afterAll(() => rmSync(place, { recursive: true }));
let made = 0;
const folder = (): string => join(place, `counts-${made++}`);
const corpus = smallCorpus(60);
const small = { documents: corpus, partWords: 1000, threads: 1 } as const;

/** Counts as plain lists. */
async function listsOf({ vocabulary, ...counts }: CorpusCounts, pairs: Promise<object>): Promise<object> {
  return { words: vocabulary.words, times: vocabulary.counts, pairs: await pairs, length: counts.length };
}
async function counted(options: Partial<CountCorpusOptions> = {}): Promise<object> {
  const counts = await countCorpus({ ...small, folder: folder(), ...options });
  return listsOf(counts, counts.inMemory());
}
async function expected(documents: readonly (string | readonly string[])[], minCount = 5): Promise<object> {
  const { vocabulary, counts } = await bruteForce(documents, { minCount });
  return { words: vocabulary.words, times: vocabulary.counts, pairs: counts, length: counts.words.length };
}

test("one count at a time in a folder: the second is told, and the first is whole", async () => {
  const into = folder();
  const [first, second] = await Promise.allSettled([0, 1].map(() => countCorpus({ ...small, folder: into })));
  expect(second).toMatchObject({ status: "rejected", reason: { name: "FileError" } });
  expect(String((second as PromiseRejectedResult).reason)).toMatch(/another count is at work/);
  expect(first?.status).toBe("fulfilled");
  expect(await counted({ folder: into })).toEqual(await expected(corpus));
  expect(readdirSync(into)).not.toContain("lock");
});

test.each(['it\'s "a" %s; x', "a*[b]?", "n\nl 😀", ...(sep === "/" ? ["back\\slash\\'"] : [])])(
  "a folder may be called %j, and others that fit it as a pattern are none of its",
  async (name) => {
    mkdirSync(join(place, "ab-"), { recursive: true });
    writeFileSync(join(place, "ab-", "tokens-000000.parquet"), "another's");
    expect(await counted({ folder: join(place, name) })).toEqual(await expected(corpus));
  },
);

describe("words come out as they went in", () => {
  test("with what elsewhere only says that a text is Unicode, NUL, and signs that look alike", async () => {
    const documents = [
      ["\uFEFF", "\uFEFFa", "a", "a\uFEFF", "a\0", "\0", "é", "e\u0301", "\u2028"],
      ["\uFEFFa", "a"],
    ];
    expect(await counted({ documents, minCount: 1 })).toEqual(await expected(documents, 1));
  });

  test("also if one is longer than a page of their file", async () => {
    const documents = [["x".repeat(3e6), "y"], ["y"]];
    expect(await counted({ documents, minCount: 1 })).toEqual(await expected(documents, 1));
  });

  test("also if there are more of them than a page of their file holds", async () => {
    const documents = Array.from({ length: 150 }, (_, i) =>
      Array.from({ length: 1000 }, (__, j) => `a-long-word-${i}-${j}`),
    );
    const counts = await countCorpus({ documents, folder: folder(), minCount: 1, window: 1 });
    expect(counts.vocabulary.words).toEqual(documents.flat().toSorted((a, b) => (a < b ? -1 : 1)));
  });
});

describe("what is the caller's own comes back as it is", () => {
  const own = new TypeError("my own");
  const throwing: [string, Partial<CountCorpusOptions>][] = [
    [
      "documents",
      {
        documents: () =>
          [][Symbol.iterator].call({
            get length() {
              throw own;
            },
          } as never) as never,
      },
    ],
    [
      "documents of a generator",
      {
        documents: function* () {
          yield "a b";
          throw own;
        },
      },
    ],
    [
      "documents that are waited for",
      {
        documents: async function* () {
          yield "a b";
          throw own;
        },
      },
    ],
    [
      "progress",
      {
        onProgress: () => {
          throw own;
        },
      },
    ],
    [
      "progress, later",
      {
        onProgress: ({ step }) => {
          if (step === "pairs") throw own;
        },
      },
    ],
  ];
  test.each(throwing)("%s", async (_, options) => {
    const into = folder();
    await expect(countCorpus({ ...small, folder: into, ...options })).rejects.toBe(own);
    expect(await counted({ folder: folder() })).toEqual(await expected(corpus));
    expect(readdirSync(into)).not.toContain("lock");
  });

  test("an abort, while documents let wait for themselves; then it goes on", async () => {
    const into = folder();
    const hangs: Documents = async function* () {
      yield* corpus;
      await new Promise(() => undefined);
    };
    const signal = AbortSignal.timeout(1000);
    await expect(countCorpus({ ...small, folder: into, documents: hangs, signal })).rejects.toThrow(/timeout/);
    expect(await counted({ folder: into })).toEqual(await expected(corpus));
  });
});

test.each<[Partial<CountCorpusOptions>, RegExp]>([
  [{ threads: 1e9 }, /threads must be at most 1024/],
  [{ memoryLimit: "1000000000TB" }, /memoryLimit must be a size up to 1024TiB/],
  [{ folder: join(place, "file", "within") }, /the folder cannot be made/],
  [{ engine: "clickhouse", cluster: "c", servers: ["http://a:1", "http://A:1/"] }, /each server is there once/],
  [{ engine: "chdb", folder: join(place, "{a,b}") }, /for a pattern/],
])("options that engines would fail on are refused: %j", async (options, message) => {
  writeFileSync(join(place, "file"), "");
  await expect(countCorpus({ documents: corpus, folder: folder(), ...options })).rejects.toThrow(message);
});

describe("counts whose files are damaged", () => {
  let whole: string;
  beforeAll(async () => {
    whole = (await countCorpus({ ...small, folder: folder() })).folder;
  });
  const cut = (name: string) => (into: string) =>
    writeFileSync(join(into, name), readFileSync(join(into, name)).subarray(0, 300));
  const gone = (name: string) => (into: string) => rmSync(join(into, name));
  const says = (change: object) => (into: string) => {
    const path = join(into, "manifest.json");
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...change }));
  };
  const turned = (name: string) => (into: string) =>
    writeFileSync(
      join(into, name),
      readFileSync(join(into, name)).map((byte, at) => (at > 500 && at < 900 ? byte ^ 0x55 : byte)),
    );
  const pairs = "cooccurrences-00000.parquet";
  test.each<[string, (into: string) => void]>([
    ["a manifest that is cut", cut("manifest.json")],
    ["a manifest without settings", says({ settings: null })],
    ["a manifest with nothing in the place of a part", says({ parts: [null] })],
    ["a manifest without files", says({ merged: null })],
    ["a manifest that says more pairs than there are", says({ merged: [1e15] })],
    ["a manifest whose name is a query", says({ id: "x; DROP TABLE y" })],
    ["words that are cut", cut("words.parquet")],
    ["words that are gone", gone("words.parquet")],
    ["pairs that are cut", cut(pairs)],
    ["pairs that are gone", gone(pairs)],
    ["pairs that are turned over", turned(pairs)],
  ])("%s are told by name", async (_, damage) => {
    const into = folder();
    cpSync(whole, into, { recursive: true });
    damage(into);
    const read = async (): Promise<object> => (await CorpusCounts.open(into)).inMemory();
    const error: unknown = await read().catch((caught: unknown) => caught);
    expect(isUnfoldError(error) && error.message).toMatch(/^CorpusCounts\.(?:open|inMemory): /);
    expect(isUnfoldError(error) && error.message).toContain(into);
  });

  test("a part that is cut is made again", async () => {
    const into = folder();
    const stop = new AbortController();
    await expect(
      countCorpus({
        ...small,
        folder: into,
        signal: stop.signal,
        onProgress: ({ step, done }) => void (step === "pairs" && done > 20 && stop.abort()),
      }),
    ).rejects.toThrow(/abort/);
    cut("counts-000001.parquet")(into);
    cut("pairs-000000.parquet")(into);
    expect(await counted({ folder: into })).toEqual(await expected(corpus));
  });
});
