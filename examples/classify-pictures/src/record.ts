// Trains on both data sets with two seeds each, one after the other, and writes what came of it into the README. Runs that are done
// are kept, so that it goes on where it was stopped.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFile } from "@unfoldjs/nn";

const SEEDS = [1, 2];
const README = join(import.meta.dirname, "..", "README.md");
const MARKS = ["<!-- record -->", "<!-- /record -->"] as const;

interface Metrics {
  readonly epochs: number;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly trainSeconds: number;
}

const columns = ["data", "epochs", ...SEEDS.map((seed) => `seed ${seed}`), "trained in, at best"];
const table = [
  `| ${columns.join(" | ")} |`,
  `| ${columns.map(() => "---").join(" | ")} |`,
  ...["mnist", "fashion"].map((data) =>
    row(
      data,
      SEEDS.map((seed) => trained(data, seed)),
    ),
  ),
].join("\n");
const [before = "", rest = ""] = readFileSync(README, "utf8").split(MARKS[0]);
const [, after] = rest.split(MARKS[1]);
if (after === undefined) throw new Error(`${README} has no ${MARKS.join(" … ")}`);
await writeFile(README, `${before}${MARKS[0]}\n\n${table}\n\n${MARKS[1]}${after}`);
console.log(table);

/** One run, as anybody would start it, unless it was done before. */
function trained(data: string, seed: number): Metrics {
  const out = join(tmpdir(), "unfold-classify-pictures", `${data}-${seed}`);
  const metrics = join(out, "metrics.json");
  if (!existsSync(metrics)) {
    const options = ["--data", data, "--seed", String(seed), "--out", out];
    execFileSync(process.execPath, [...process.execArgv, join(import.meta.dirname, "main.ts"), ...options], {
      stdio: "inherit",
    });
  }
  return JSON.parse(readFileSync(metrics, "utf8")) as Metrics;
}

function row(data: string, runs: readonly Metrics[]): string {
  const accuracies = runs.map(({ testAccuracy }) => `${(100 * testAccuracy).toFixed(2)} %`);
  const seconds = Math.min(...runs.map(({ trainSeconds }) => trainSeconds));
  return `| ${[data, runs[0]?.epochs, ...accuracies, `${seconds.toFixed(0)} s`].join(" | ")} |`;
}
