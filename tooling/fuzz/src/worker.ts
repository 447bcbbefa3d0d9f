// A process that tries one part of the fuzzer: what it stops at is seen by who started it.
//   worker.ts explore PART SEED MILLISECONDS FILE [WORD…]   tries, writes what it tries next to FILE, prints a line for each failure
//   worker.ts check PART FILE                               prints what is wrong with the subject in FILE

import { openSync, readFileSync, writeSync } from "node:fs";
import { runtime } from "@unfoldjs/tensor-core";
import { decode, encode } from "./json.ts";
import { partOf } from "./parts.ts";
import { kindOf, shrink } from "./shrink.ts";

/** How long a failure may be made simpler. */
const SHRINKING = 20_000;
/** Bytes of a subject's length before it. */
const LENGTH = 4;

/** What a worker says of a failure, in one line of JSON. */
export interface Failure {
  readonly kind: string;
  readonly subject: unknown;
  readonly problems: readonly string[];
}

const [mode, name = "", ...rest] = process.argv.slice(2);
const part = partOf(name);
console.log(JSON.stringify({ started: true }));
if (mode === "check") {
  const [file = ""] = rest;
  console.log(JSON.stringify({ problems: await part.check(decode(readFileSync(file, "utf8"))) }));
} else {
  const [seed = "", milliseconds = "0", file = "", ...only] = rest;
  await explore(seed, Number(milliseconds), file, only);
}
process.exit(0); // helpers of the core may be there still

async function explore(seed: string, milliseconds: number, file: string, only: readonly string[]): Promise<void> {
  const state = openSync(file, "w");
  const known = new Set<string>();
  const counts: Record<string, number> = {};
  await part.explore({
    seed,
    until: Date.now() + milliseconds,
    only,
    trying(subject) {
      const bytes = Buffer.from(`    ${encode(subject)}`);
      bytes.writeUInt32LE(bytes.length - LENGTH);
      writeSync(state, bytes, 0, bytes.length, 0);
    },
    count(what, by = 1) {
      counts[what] = (counts[what] ?? 0) + by;
    },
    async tried(subject, problems) {
      const [first] = problems;
      if (first === undefined) return;
      const kind = kindOf(first);
      if (known.has(kind)) return;
      known.add(kind);
      const hasStopped = isStopped();
      const same = async (one: unknown): Promise<boolean> =>
        (await part.check(one)).some((problem) => kindOf(problem) === kind);
      const smallest = hasStopped
        ? subject
        : await shrink(subject, (one) => part.simpler(one), same, Date.now() + SHRINKING);
      const all = hasStopped ? problems : await part.check(smallest);
      print({ kind, subject: smallest, problems: all.length > 0 ? all : problems });
      if (hasStopped) process.exit(STOPPED);
    },
  });
  console.log(JSON.stringify({ counts }));
}

/** The exit code of a worker whose core has trapped. */
const STOPPED = 3;

function isStopped(): boolean {
  try {
    runtime.info();
    return false;
  } catch {
    return true;
  }
}

function print(failure: Failure): void {
  console.log(JSON.stringify({ failure: { ...failure, subject: encode(failure.subject) } }));
}
