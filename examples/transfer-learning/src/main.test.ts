import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-transfer-learning-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program from its sources. */
function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { encoding: "utf8", timeout: 200_000, cwd: folder },
  );
}

// Digits come with the packages, clothes only where the system has them.
const small = [
  "--data",
  "digits",
  "--seeds",
  "2",
  "--amounts",
  "2,6",
  "--pretrain",
  "320",
  "--epochs",
  "1",
  "--steps",
  "4",
  "--test",
  "100",
];

interface Metrics {
  readonly data: string;
  readonly rule: string;
  readonly results: readonly {
    readonly amount: number;
    readonly best: number;
    readonly methods: Record<string, object>;
  }[];
  readonly points: readonly {
    readonly seed: number;
    readonly amount: number;
    readonly method: unknown;
    readonly accuracy: number;
  }[];
}

const metricsOf = (out: string): Metrics =>
  JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8")) as Metrics;
const accuracies = (out: string): unknown[] =>
  metricsOf(out).points.map(({ seed, amount, method, accuracy }) => [seed, amount, method, accuracy]);

describe("a small study", () => {
  let first: ReturnType<typeof run>;
  beforeAll(() => void (first = run(...small, "--out", "first")), 200_000);

  test("trains every way on every amount, and says what is best", () => {
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^MNIST: five digits are learned first/);
    expect(first.stderr).toMatch(/^24\/24 {2}repetition 2\/2 {2}6 of a class {2}all stages/m);
    expect(first.stdout).toMatch(/\| 6 +\| .*\*\*\d+\.\d ± (?:> )?\d+(?:\.\d)?\*\*/);
    expect(first.stdout).toMatch(
      /The rule "the more data, the fewer layers to freeze" (held|is neither shown nor refuted|did not hold)/,
    );
    const { data, results, points } = metricsOf("first");
    expect([data, points.length]).toEqual(["digits", 24]);
    expect(Object.keys(results[0]?.methods ?? {})).toEqual([
      "scratch",
      "head only",
      "last 2 stages",
      "last 3 stages",
      "last 4 stages",
      "all stages",
    ]);
    expect(readdirSync(join(folder, "first")).toSorted()).toEqual([
      "accuracy.svg",
      "metrics.json",
      "points.json",
      "table.md",
    ]);
    expect(readFileSync(join(folder, "first", "accuracy.svg"), "utf8").match(/<polyline points="\d/g)).toHaveLength(6);
  });

  test("goes on where it was stopped, with the same numbers", () => {
    mkdirSync(join(folder, "second"));
    const saved = JSON.parse(readFileSync(join(folder, "first", "points.json"), "utf8")) as { points: unknown[] };
    saved.points.splice(9);
    writeFileSync(join(folder, "second", "points.json"), JSON.stringify(saved));
    const { status, stderr } = run(...small, "--resume", "--out", "second");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^10\/24/);
    expect(accuracies("second")).toEqual(accuracies("first"));
  }, 200_000);

  test("refuses points of other options, and says what to do", () => {
    const { status, stderr } = run(...small, "--steps", "5", "--resume", "--out", "first");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/a study with other options[^]*fix: give the options that it had/),
    ]);
    expect(run(...small, "--resume", "--out", "nothing").stderr).toMatch(/there is nothing to go on from/);
  });
});

test.each([[], ["--from", "nowhere"]])("emoji say what they need where they are not there: %s", (...from) => {
  const { status, stderr } = run("--task", "emoji", "--quick", "--out", "emoji", ...from);
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: transfer-learning[^]*npm pack emoji-datasource-twitter@16/),
  ]);
});

test.each([
  [["--amounts", "5,x"], /whole numbers from 2 to 6000/],
  [["--seeds", "1"], /whole number from 2 to 10/],
  [["--data", "cifar"], /Allowed choices are fashion, digits/],
  [["--data", "fashion", "--from", "nowhere"], /fashionMnist: the folder has neither this file/],
])("refuses %s and says why", (options, message) => {
  const { status, stderr } = run(...options);
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
});
