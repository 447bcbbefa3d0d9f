import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { AXES, WORDS } from "./axes.ts";

const folder = mkdtempSync(join(tmpdir(), "unfold-why-embeddings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { encoding: "utf8", timeout: 60_000, cwd: folder },
  );
}

test("a quick look with vectors of a file has all three parts", () => {
  const words = [...new Set([...WORDS, ...AXES.flatMap(({ from, to }) => [from, to])])];
  writeFileSync(
    join(folder, "few.txt"),
    words.map((word, at) => `${word} ${Math.sin(at)} ${Math.cos(at)} 1\n`).join(""),
  );
  const { status, stdout } = run("--quick", "--vectors", "few.txt", "--out", "results");
  expect(status).toBe(0);
  expect(stdout).toMatch(/equal in every bit[^]*pairs seen of 400[^]*gender \(she − he\)/);
  const metrics = JSON.parse(readFileSync(join(folder, "results", "metrics.json"), "utf8")) as {
    readonly points: readonly unknown[];
    readonly axes: Readonly<Record<string, object>>;
  };
  expect(metrics.points).toHaveLength(20);
  expect(Object.keys(metrics.axes)).toEqual([...WORDS]);
  const figure = readFileSync(join(folder, "results", "pairs.svg"), "utf8");
  expect(figure.match(/<polyline points="\d/g)).toHaveLength(3); // two models, and chance
}, 60_000);

test("vectors that are not there are an error with the file's name", () => {
  const { status, stderr } = run("--quick", "--vectors", "nowhere.txt");
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^error: loadVectors[^]*nowhere\.txt/)]);
});
