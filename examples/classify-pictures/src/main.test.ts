import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-classify-pictures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program from its sources. */
function classify(out: string, ...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), "--out", out, ...options],
    { encoding: "utf8", timeout: 200_000, cwd: folder },
  );
}

test("learns from a tenth of the digits, tells how it goes, and leaves its four files", { timeout: 250_000 }, () => {
  const { status, stdout, stderr } = classify("digits", "--limit", "6400", "--epochs", "1");
  expect(status).toBe(0);
  expect(stderr).toMatch(/^epoch 1\/1 {2}loss /m);
  expect(stdout).toMatch(/Test accuracy \d\d\.\d\d % on 10,000 pictures/);
  expect(readdirSync(join(folder, "digits")).toSorted()).toEqual([
    "loss-curve.svg",
    "metrics.json",
    "model.safetensors",
    "training.safetensors",
  ]);
  const metrics = JSON.parse(readFileSync(join(folder, "digits", "metrics.json"), "utf8")) as Record<string, unknown>;
  expect(metrics).toMatchObject({ data: "mnist", epochs: 1, seed: 1, parameters: 72_666 });
  expect(metrics["testAccuracy"]).toBeGreaterThan(0.95);
});

test("says what to install where the clothes are not", () => {
  const { status, stderr } = classify("clothes", "--data", "fashion", "--from", "nowhere");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: fashionMnist: the folder has neither this file nor its .gz\n/);
  expect(stderr).not.toMatch(/\n {4}at /);
});
