import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countCooccurrences, Vocabulary, words } from "@unfoldjs/embeddings";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-count-words-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = Array.from(
  { length: 60 },
  (_, at) => `The cat sat on mat ${at % 7}; a dog, number ${at % 5}, ate its food.`,
);
const file = join(folder, "text.txt");
writeFileSync(file, `${TEXT.join("\n")}\n`);

function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { encoding: "utf8", timeout: 120_000, cwd: folder },
  );
}

interface Metrics {
  readonly documents: number;
  readonly words: number;
  readonly vocabulary: number;
  readonly pairs: number;
  readonly losses: readonly number[];
}

const metricsOf = (out: string): Metrics =>
  JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8")) as Metrics;

test("a text of one's own is counted as it is in memory, GloVe learns from it, and counts are not made twice", async () => {
  const options = ["--quick", "--text", file, "--out", "first"];
  const first = run(...options);
  expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "" });
  expect(first.stdout).toMatch(
    /Counting[^]*60 of 60 documents[^]*GloVe epoch 3 of 3[^]*100 billion words on 8 machines[^]*mostly starting[^]*(to breaking|breaks first): [^]*What helps: /,
  );

  const sentences = TEXT.map((text) => words(text, { lowerCase: true }));
  const vocabulary = await Vocabulary.build(sentences, { minCount: 5 });
  const pairs = await countCooccurrences(sentences, vocabulary, { window: 5 });
  const found = metricsOf("first");
  expect([found.documents, found.words, found.vocabulary, found.pairs]).toEqual([
    60,
    sentences.flat().length,
    vocabulary.size,
    pairs.times.length,
  ]);
  expect(found.losses[2]).toBeLessThan(found.losses[0] ?? 0);

  const second = run(...options);
  expect([second.status, metricsOf("first").pairs, metricsOf("first").losses]).toEqual([0, found.pairs, found.losses]);
  expect(second.stdout).not.toContain("Counting");
});

test.each([
  [["--engine", "sqlite"], /'sqlite' is invalid/],
  [["--quick", "--text", "nowhere.txt"], /lines[^]*nowhere\.txt/],
  [["--window", "21"], /whole number from 1 to 20/],
  [["--quick", "--text", file, "--engine", "clickhouse", "--servers", "http://127.0.0.1:1"], /127\.0\.0\.1:1/],
])("refuses %s and says why", (options, message) => {
  const { status, stderr } = run(...options);
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
});
