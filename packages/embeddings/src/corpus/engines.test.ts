import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clickHouseProgram, LocalCluster } from "@unfoldjs/config/clickhouse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CorpusCounts } from "./corpus-counts.ts";
import { countCorpus } from "./count-corpus.ts";
import type { CountCorpusOptions, CountProgress } from "./options.ts";
import { type BruteForce, bruteForce, smallCorpus } from "./testing/corpus.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-engines-"));
afterAll(() => rmSync(place, { recursive: true }));
let made = 0;
const folder = (): string => join(place, `counts-${made++}`);
const corpus = smallCorpus(60);
const small = { documents: corpus, partWords: 1500, window: 6, minCount: 2, maxSize: 200, filePairs: 5000 } as const;
let expected: BruteForce;
beforeAll(async () => {
  expected = await bruteForce(corpus, { window: 6, minCount: 2, maxSize: 200 });
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

test("DuckDB counts what is counted here", async () => {
  expect(await listsOf(await countCorpus({ ...small, folder: folder() }))).toEqual(listed(expected));
});

/** Where `npm run setup -- --engines` puts what is too large for everybody. */
const engines = resolve(import.meta.dirname, "../../../../.toolchain/engines");
const hasChdb = ((): boolean => {
  try {
    return existsSync(createRequire(join(engines, "package.json")).resolve("chdb"));
  } catch {
    return false;
  }
})();

describe.skipIf(!hasChdb)("chdb (543 MB, by npm run setup -- --engines)", () => {
  beforeAll(() => {
    const before = process.cwd();
    process.chdir(engines); // packages of the program's folder are found, too
    return () => process.chdir(before);
  });

  test("counts what DuckDB counts, and goes on where it was", async () => {
    const into = folder();
    const stop = new AbortController();
    const onProgress = ({ step, done }: CountProgress): void => void (step === "pairs" && done > 0 && stop.abort());
    const run = (options: Partial<CountCorpusOptions>): Promise<CorpusCounts> =>
      countCorpus({ ...small, engine: "chdb", memoryLimit: "1GB", folder: into, ...options });
    await expect(run({ signal: stop.signal, onProgress })).rejects.toThrow(/abort/);
    expect(await listsOf(await run({}))).toEqual(listed(expected));
    expect(readdirSync(into).filter((name) => !/^(cooccurrences-\d+|words)\.parquet$/.test(name))).toEqual([
      "manifest.json",
    ]);
  });
});

describe.skipIf(clickHouseProgram === undefined)(
  "two shards of ClickHouse (by apt-get install clickhouse-server)",
  () => {
    let cluster: LocalCluster;
    beforeAll(async () => {
      cluster = await LocalCluster.start(join(place, "cluster"), 2);
    });
    afterAll(() => cluster?.stop());
    const run = (into: string, options: Partial<CountCorpusOptions> = {}): Promise<CorpusCounts> =>
      countCorpus({
        ...small,
        engine: "clickhouse",
        servers: cluster.urls,
        cluster: "shards",
        folder: into,
        ...options,
      });

    test("count what DuckDB counts, each its own documents, and keep nothing", async () => {
      expect(await listsOf(await run(folder()))).toEqual(listed(expected));
      expect(await listsOf(await run(folder(), { symmetric: false, maxSize: 50 }))).toEqual(
        listed(await bruteForce(corpus, { window: 6, minCount: 2, maxSize: 50, symmetric: false })),
      );
      for (const shard of [0, 1]) expect((await cluster.query(shard, "SHOW TABLES")).trim()).toBe("");
    });

    test("one server needs no cluster", async () => {
      expect(
        await listsOf(
          await countCorpus({ ...small, engine: "clickhouse", servers: [cluster.urls[1] ?? ""], folder: folder() }),
        ),
      ).toEqual(listed(expected));
    });

    test("a cluster that they do not know, or of other shards, is told", async () => {
      await expect(run(folder(), { cluster: "others" })).rejects.toThrow(/knows no cluster/);
      await expect(run(folder(), { servers: [cluster.urls[0] ?? ""] })).rejects.toThrow(/one of each shard/);
    });

    test.each(["words", "pairs"] as const)(
      "a shard that is lost among the %s is named; nothing is lost, and with it again the count goes on",
      async (step) => {
        const into = folder();
        let killed: Promise<void> | undefined;
        const losing = run(into, {
          onProgress: (progress) => {
            if (progress.step === step && progress.done > 0) killed ??= cluster.kill(1);
          },
        });
        await expect(losing).rejects.toThrow(/a server cannot be reached[^]*start it again/);
        await killed;
        await expect(run(into)).rejects.toThrow(new RegExp(`cannot be reached[^]*${cluster.urls[1]}`));
        await cluster.begin(1);
        const told: CountProgress[] = [];
        expect(await listsOf(await run(into, { onProgress: (progress) => void told.push(progress) }))).toEqual(
          listed(expected),
        );
        expect(told.find((each) => each.step === step)?.done ?? Infinity).toBeGreaterThan(0);
      },
    );

    test("a shard whose disk is gone is counted again, and the other is not", async () => {
      const into = folder();
      const stop = new AbortController();
      await expect(
        run(into, { signal: stop.signal, onProgress: ({ step }) => void (step === "pairs" && stop.abort()) }),
      ).rejects.toThrow(/abort/);
      await cluster.kill(1);
      cluster.wipe(1);
      await cluster.begin(1);
      const told: CountProgress[] = [];
      expect(await listsOf(await run(into, { onProgress: (progress) => void told.push(progress) }))).toEqual(
        listed(expected),
      );
      const again = told.filter(({ step }) => step === "words");
      const { documents, words } = { documents: again[0]?.done ?? 0, words: again.at(-1)?.words };
      expect(documents).toBeGreaterThan(0);
      expect(words).toBe((await run(into)).words);
    });
  },
);
