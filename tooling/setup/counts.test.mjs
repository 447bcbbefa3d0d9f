import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { closingLine, countsOf, failureOf, readCounts } from "./counts.mjs";
import { repository } from "./processes.mjs";

const vitest = (changes) => ({
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
  ...changes,
});

test("vitest's counts: pending and todo are skipped", () => {
  expect(readCounts(vitest({}))).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

test("a file that does not load is a failure", () => {
  const broken = vitest({ success: false, testResults: [{ status: "failed", assertionResults: [] }] });
  expect(readCounts(broken)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test("a file with a failed test counts that test once", () => {
  const failed = vitest({
    success: false,
    numFailedTests: 1,
    testResults: [{ status: "failed", assertionResults: [{ status: "failed" }] }],
  });
  expect(readCounts(failed).failed).toBe(1);
});

test("a run that failed for no counted reason, such as an unhandled error, is a failure", () => {
  expect(readCounts(vitest({ success: false })).failed).toBe(1);
});

test("the counts of the Rust tests are taken as they are", () => {
  expect(readCounts({ passed: 54, failed: 0, skipped: 2 })).toEqual({ passed: 54, failed: 0, skipped: 2 });
});

test.each([
  ["a check that failed", { task: "lint", exitCode: 1 }, 1],
  ["a check that has not run", { task: "lint", exitCode: undefined }, 1],
  ["a check that passed", { task: "lint", exitCode: 0 }, 0],
  ["a test task that left no counts", { task: "test", exitCode: 0 }, 1],
])("%s", (_, run, failed) => {
  const counts = countsOf({ package: "none", directory: "no-such-folder", ...run });
  expect(counts).toEqual({ passed: 0, failed, skipped: 0 });
});

test("the closing line", () => {
  expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
});

test("a failed task is named with the end of what it printed", () => {
  const printed = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
  const folder = mkdtempSync(join(tmpdir(), "unfold-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "lint.log"), `${printed}\n`);
  const run = {
    package: "nn",
    task: "lint",
    directory: "packages/nn",
    log: relative(repository, join(folder, "lint.log")),
  };
  const said = failureOf({ ...run, exitCode: 1 });
  expect(said).toMatch(/^✗ nn lint\n {2}│ line 15\n/);
  expect(said).toMatch(/│ line 39$/);
  expect(failureOf({ ...run, exitCode: undefined })).toBe("✗ nn lint: not run");
  expect(failureOf({ ...run, log: "no-such.log", exitCode: 1 })).toBe("✗ nn lint");
});
