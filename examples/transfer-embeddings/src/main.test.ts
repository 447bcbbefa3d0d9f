import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-transfer-embeddings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { encoding: "utf8", timeout: 120_000, cwd: folder },
  );
}

const small = ["--quick", "--corpus", "300", "--amounts", "20,60", "--test", "80"];
const pointsOf = (out: string): unknown[] =>
  (
    JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8")) as { points: Record<string, unknown>[] }
  ).points.map(({ seed, amount, way, accuracy, passes }) => [seed, amount, way, accuracy, passes]);

test("a small study learns vectors, moves them in every way, and goes on where it was stopped with the same numbers", () => {
  const first = run(...small, "--out", "first");
  expect({ status: first.status, stderr: first.stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/vectors: pass 1\/1[^]*12\/12 {2}repetition 2\/2 {2}60 labels {2}fine-tuned/),
  });
  expect(first.stdout).toMatch(/\| 20 \| \d,\d{3} \|/);
  expect(readdirSync(join(folder, "first")).toSorted()).toEqual([
    "accuracy.svg",
    "metrics.json",
    "points.json",
    "table.md",
    "vectors.json",
    "vectors.safetensors",
  ]);
  cpSync(join(folder, "first"), join(folder, "second"), { recursive: true });
  const saved = JSON.parse(readFileSync(join(folder, "second", "points.json"), "utf8")) as { points: unknown[] };
  saved.points.splice(5);
  writeFileSync(join(folder, "second", "points.json"), JSON.stringify(saved));
  const second = run(...small, "--resume", "--out", "second");
  expect(second.status).toBe(0);
  expect(second.stderr).not.toMatch(/vectors: pass/);
  expect(second.stderr).toMatch(/^6\/12/m);
  expect(pointsOf("second")).toEqual(pointsOf("first"));

  const other = run(...small, "--test", "90", "--resume", "--out", "first");
  expect([other.status, other.stderr]).toEqual([1, expect.stringMatching(/a study with other options/)]);
}, 240_000);

test.each([
  [["--amounts", "5,x"], /whole numbers from 10 to 20000/],
  [["--seeds", "1"], /whole number from 2 to 10/],
  [["--quick", "--vectors", "nowhere.txt"], /loadVectors[^]*nowhere\.txt/],
])("refuses %s and says why", (options, message) => {
  const { status, stderr } = run(...options);
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
});
