// Adds up what the test runners of all packages have counted.

import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./processes.mjs";

/** The file in which a test task leaves its counts, in its package's folder. */
const resultFiles = {
  test: join("test-results", "test.json"),
  "test:browser": join("test-results", "test-browser.json"),
  "test:rust": join("test-results", "test-rust.json"),
};

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ package: string, directory: string, task: string, log: string, exitCode: number | undefined }} TaskRun log is
 *   the file of what it printed; exitCode is undefined for a task that was not started because one before it had failed
 */

/**
 * The tasks of turbo's last run, from the summary it wrote.
 * @returns {TaskRun[]}
 */
export function readRuns() {
  const [file, ...others] = readdirSync(runsFolder).map((name) => join(runsFolder, name));
  if (file === undefined || others.length > 0) throw new Error(`expected one summary in ${runsFolder}`);
  return JSON.parse(readFileSync(file, "utf8"))
    .tasks.filter(({ command }) => command !== "<NONEXISTENT>")
    .map(({ package: name, directory, task, logFile, execution }) => ({
      package: name,
      directory,
      task,
      log: logFile,
      exitCode: execution?.exitCode,
    }));
}

const runsFolder = join(repository, ".turbo", "runs");

/** Forgets the summaries of earlier runs. */
export function forgetRuns() {
  rmSync(runsFolder, { recursive: true, force: true });
}

/** Forgets the counts of earlier runs: those of cached tasks come back from the cache. */
export function forgetCounts(directories) {
  for (const directory of directories) {
    for (const file of Object.values(resultFiles)) rmSync(join(repository, directory, file), { force: true });
  }
}

/**
 * What a task counts: its tests, or a failure if it is a check that failed or has not run.
 * @param {TaskRun} run
 * @returns {Counts}
 */
export function countsOf({ directory, task, exitCode }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const file = Object.hasOwn(resultFiles, task) ? join(repository, directory, resultFiles[task]) : undefined;
  if (file !== undefined && existsSync(file)) Object.assign(counts, readCounts(JSON.parse(readFileSync(file, "utf8"))));
  // A test task that left no counts, and whatever ended with a failure that no test explains, is one failure.
  if ((exitCode !== 0 || (file !== undefined && !existsSync(file))) && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The counts in vitest's JSON, or in ours, which the Rust tests write. */
export function readCounts(results) {
  if (!("testResults" in results)) return results;
  // A file that does not load, or a browser that does not start, fails without a failed test.
  const brokenFiles = results.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = results.numFailedTests + brokenFiles;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && !results.success ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The line that every run of the tests closes with. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Lines of its output that a failed task is shown with at the end: as many as hold the message of one failure. */
const LAST_LINES = 25;

/**
 * Which task failed, and the end of what it printed: in the whole output that may stand thousands of lines above.
 * @param {TaskRun} run
 * @returns {string}
 */
export function failureOf({ package: name, task, log, exitCode }) {
  if (exitCode === undefined) return `✗ ${name} ${task}: not run`;
  const file = join(repository, log);
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-LAST_LINES) : [];
  return [`✗ ${name} ${task}`, ...lines.map((line) => `  │ ${line}`)].join("\n");
}
