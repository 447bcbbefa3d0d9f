import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeKernels } from "@unfoldjs/vision-layers";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-learn-a-filter-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Metrics {
  readonly seed: number;
  readonly learned: readonly {
    readonly filter: "sobel" | "prewitt" | "scharr";
    readonly distances: readonly number[];
    readonly kernel: readonly (readonly number[])[];
  }[];
}

/** Runs the program from its sources. */
function run(out: string, ...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    [
      "--conditions=@unfoldjs/source",
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "main.ts"),
      "--out",
      out,
      ...options,
    ],
    { encoding: "utf8", timeout: 60_000, cwd: folder },
  );
}
const metrics = (out: string): Metrics =>
  JSON.parse(readFileSync(join(folder, out, "metrics.json"), "utf8")) as Metrics;
const { status, stdout, stderr } = run("out/learn-a-filter");

test("the program ends well, and its README shows what it prints", () => {
  expect([status, stderr]).toEqual([0, ""]);
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  expect(readme).toContain(`\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
});

test("each kernel is the filter's own to 1e-3, and was not before", () => {
  const { learned } = metrics("out/learn-a-filter");
  expect(learned.map(({ filter }) => filter)).toEqual(["sobel", "prewitt", "scharr"]);
  for (const { filter, distances, kernel } of learned) {
    expect(distances[0]).toBeGreaterThan(1);
    expect(distances.at(-1)).toBeLessThan(1e-3);
    const wanted = edgeKernels[filter].vertical.flat();
    kernel.flat().forEach((weight, at) => expect(Math.abs(weight - (wanted[at] ?? NaN))).toBeLessThan(1e-3));
  }
});

test("another seed starts elsewhere and comes to the same, and a quick look learns Sobel's alone", () => {
  expect(run("other", "--seed", "7", "--quick").status).toBe(0);
  const { seed, learned } = metrics("other");
  expect([seed, learned.length, learned[0]?.filter]).toEqual([7, 1, "sobel"]);
  expect(learned[0]?.distances[0]).not.toBe(metrics("out/learn-a-filter").learned[0]?.distances[0]);
  expect(learned[0]?.distances.at(-1)).toBeLessThan(1e-3);
});
