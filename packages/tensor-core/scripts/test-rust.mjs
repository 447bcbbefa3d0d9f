// Runs the crate's tests and writes their counts where `npm test` adds up all runners.

import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { endGroup, leading, limitSilence } from "./hang-limit.mjs";

const results = resolve(import.meta.dirname, "../test-results");
const file = join(results, "test-rust.json");
rmSync(file, { force: true });

const cargo = spawn("cargo", ["test", "--locked", "--no-fail-fast"], {
  cwd: resolve(import.meta.dirname, "../crate"),
  stdio: ["ignore", "pipe", "pipe"],
  ...leading,
});
// An interrupt of this one's group does not reach another.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => endGroup(cargo, signal));
let output = "";
cargo.stdout.on("data", (chunk) => {
  output += chunk;
  process.stdout.write(chunk);
});
cargo.stderr.on("data", (chunk) => process.stderr.write(chunk));
limitSilence(cargo, (message) => console.error(`test:rust: ${message}`));
cargo.on("error", (error) => {
  console.error(`cargo could not be started: ${error.message}`);
  process.exitCode = 1;
});
cargo.on("close", (code) => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  // A crate that does not compile runs no test: that is a failure too.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  mkdirSync(results, { recursive: true });
  writeFileSync(file, JSON.stringify(counts));
  process.exitCode = code ?? 1;
});
