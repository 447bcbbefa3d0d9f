import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreToTry } from "./core.mjs";
import { decode, encode } from "./json.ts";
import type { Part } from "./part.ts";
import { kindOf, shrink } from "./shrink.ts";
import type { Failure } from "./worker.ts";

/** How long things may take, in milliseconds. */
export interface Patience {
  /** A worker that tries nothing new for so long hangs. */
  readonly silence: number;
  /** One subject in a process of its own. */
  readonly one: number;
  /** Making a failure simpler where each attempt is a process. */
  readonly shrinking: number;
}

const USUAL: Patience = { silence: 20_000, one: 15_000, shrinking: 90_000 };
/** How long a process may take to load, on a machine that does much else. */
const START = 60_000;
/** Megabytes of JavaScript's own heap. */
const HEAP = 1500;

/** What came of a part. */
export interface Outcome {
  readonly failures: readonly Failure[];
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Tries a part in processes of their own until the time is over: one that hangs, or whose core or engine stops, is told
 * with what it was at, and another goes on with the next seed.
 */
export async function supervise(
  part: Part,
  seed: string,
  milliseconds: number,
  only: readonly string[] = [],
  patience: Patience = USUAL,
): Promise<Outcome> {
  const until = Date.now() + milliseconds;
  const folder = mkdtempSync(join(tmpdir(), "unfold-fuzz-"));
  const failures: Failure[] = [];
  const counts: Record<string, number> = {};
  try {
    for (let life = 0; life === 0 || Date.now() < until - 500; life++) {
      const left = Math.max(500, until - Date.now());
      const state = join(folder, `state-${life}`);
      writeFileSync(state, "");
      const run = await runWorker(
        ["explore", part.name, `${seed}/${life}`, String(left), state, ...only],
        patience.silence,
        state,
      );
      for (const line of run.lines) {
        const said = JSON.parse(line) as { counts?: Record<string, number>; failure?: Failure & { subject: string } };
        for (const [what, count] of Object.entries(said.counts ?? {})) counts[what] = (counts[what] ?? 0) + count;
        const { failure } = said;
        if (failure !== undefined && failures.every(({ kind }) => kind !== failure.kind)) {
          failures.push({ ...failure, subject: decode(failure.subject) });
        }
      }
      if (run.ending === "done") continue;
      const subject = lastTried(state);
      if (subject === undefined) throw new Error(`${part.name} did not start: ${run.complaint}`);
      failures.push(await stopped(part, subject, `${run.ending} ${run.complaint}`.trim(), folder, patience));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { failures, counts };
}

/** A failure that ended its process, as simple as it gets. */
async function stopped(
  part: Part,
  subject: unknown,
  ending: string,
  folder: string,
  patience: Patience,
): Promise<Failure> {
  const wrongAlone = (one: unknown): Promise<readonly string[]> => checkAlone(part, one, folder, patience);
  const problems = await wrongAlone(subject);
  if (problems.length === 0) {
    return { kind: ending, subject, problems: [`${ending}, but not when it is tried alone`] };
  }
  const kind = kindOf(problems[0] ?? ending);
  const smallest = await shrink(
    subject,
    (one) => part.simpler(one),
    async (one) => (await wrongAlone(one)).some((problem) => kindOf(problem) === kind),
    Date.now() + patience.shrinking,
  );
  return { kind, subject: smallest, problems: await wrongAlone(smallest) };
}

let counter = 0;

/** What is wrong with a subject in a process of its own, its end included. */
export async function checkAlone(
  part: Part,
  subject: unknown,
  folder: string,
  { one }: Patience = USUAL,
): Promise<readonly string[]> {
  const file = join(folder, `subject-${counter++}.json`);
  writeFileSync(file, encode(subject));
  const run = await runWorker(["check", part.name, file], one);
  if (run.ending !== "done") return [`${run.ending} ${run.complaint}`.trim()];
  return (JSON.parse(run.lines.at(-1) ?? "{}") as { problems: string[] }).problems;
}

interface Ended {
  readonly ending: "done" | "hangs" | "stops";
  readonly lines: readonly string[];
  readonly complaint: string;
}

/** Runs a worker; it is ended when nothing new is written to its state, or it is not done, for so many milliseconds. */
function runWorker(args: readonly string[], patience: number, state?: string): Promise<Ended> {
  const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
  const flags = [
    ...coreToTry().flags,
    "--conditions=@unfoldjs/source",
    "--disable-warning=ExperimentalWarning",
    `--max-old-space-size=${HEAP}`,
  ];
  const child = spawn(process.execPath, [...flags, worker, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, complaint, hangs] = ["", "", false];
  child.stdout.on("data", (text: Buffer) => (out += String(text)));
  child.stderr.on("data", (text: Buffer) => (complaint = (complaint + String(text)).slice(-2000)));
  let began = Infinity; // when the modules were loaded
  child.stdout.once("data", () => (began = Date.now()));
  const spawned = Date.now();
  const watch = setInterval(() => {
    const last = state === undefined ? began : Math.max(began, statSync(state).mtimeMs);
    if (began === Infinity ? Date.now() - spawned < START : Date.now() - last < patience) return;
    hangs = true;
    child.kill("SIGKILL");
  }, 200);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearInterval(watch);
      const lines = out.split("\n").filter((line) => line.startsWith("{"));
      resolve({ ending: hangs ? "hangs" : code === 0 ? "done" : "stops", lines, complaint: lastLines(complaint) });
    });
  });
}

function lastLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => /Error|FATAL|panicked/.test(line))
    .slice(-2)
    .join(" ")
    .slice(0, 400);
}

/** What a worker was at. */
function lastTried(file: string): unknown {
  const bytes = readFileSync(file);
  if (bytes.length < 4) return undefined;
  return decode(bytes.toString("utf8", 4, 4 + bytes.readUInt32LE(0)));
}
