import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const out = mkdtempSync(join(tmpdir(), "gradients-over-time-"));
afterAll(() => rmSync(out, { recursive: true }));

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning", "src/main.ts", "--quick", "--out", out],
  { encoding: "utf8", timeout: 60_000, cwd: join(import.meta.dirname, "..") },
);

interface Metrics {
  readonly distances: readonly { readonly name: string; readonly lengths: readonly number[] }[];
  readonly weights: readonly {
    readonly name: string;
    readonly gradients: readonly { readonly steps: number; readonly length: number; readonly clipped: number }[];
  }[];
}

describe("gradients over time", () => {
  test("the program ends well, and writes data and pictures", () => {
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(out).toSorted()).toEqual(["by-distance.svg", "by-length.svg", "metrics.json"]);
    const picture = readFileSync(join(out, "by-distance.svg"), "utf8");
    expect(picture.match(/<polyline/g)?.length).toBe(5);
    expect(picture).not.toMatch(/NaN|undefined|Infinity/);
  });

  const metrics = JSON.parse(readFileSync(join(out, "metrics.json"), "utf8")) as Metrics;
  const share = (name: string): number => {
    const { lengths = [] } = metrics.distances.find((each) => each.name === name) ?? {};
    return (lengths[30] ?? Number.NaN) / (lengths[0] ?? Number.NaN);
  };

  test("a plain net's gradient vanishes, with large weights it explodes, a gate that keeps holds it", () => {
    expect(share("RNN")).toBeLessThan(1e-6);
    expect(share("RNN, large weights")).toBeGreaterThan(2);
    expect(share("GRU")).toBeGreaterThan(share("RNN"));
    expect(share("LSTM, forgetBias 4")).toBeGreaterThan(0.1);
  });

  test("clipping takes the length away where it is above 1, and nothing else", () => {
    const all = metrics.weights.flatMap(({ gradients }) => gradients);
    expect(all.some(({ length }) => length > 1)).toBe(true);
    for (const { length, clipped } of all) expect(clipped).toBeCloseTo(Math.min(length, 1), 4);
  });

  test("its README shows the table that it prints", () => {
    const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
    const words = (text: string): string[] => text.match(/^\p{L}[^\n]*?(?= {3}|$)/gmu) ?? [];
    for (const line of words(stdout).filter((each) => !each.startsWith("Wrote"))) expect(readme).toContain(line);
  });
});
