// The tasks of `npm run check` and `npm test`, and which of them this machine can run.

import { browser, rust } from "./inspect.mjs";

/** Checks that any machine with the packages can run. */
export const checks = ["format", "lint", "unused", "typecheck", "check:package", "size", "check:prebuilt"];

/** What needs something that a machine may lack: its name in `--require`, its tasks, and how to look for it. */
export const optionalSuites = {
  rust: { check: "check:rust", test: "test:rust", find: rust },
  browser: { test: "test:browser", find: browser },
};

/**
 * Sorts the optional suites into those that run and those that are skipped.
 * @param {"check" | "test"} kind
 */
export function availableSuites(kind) {
  const tasks = [];
  const skipped = [];
  for (const [name, suite] of Object.entries(optionalSuites)) {
    if (suite[kind] === undefined) continue;
    const { ok, detail, command } = suite.find();
    if (ok) tasks.push(suite[kind]);
    else skipped.push({ name, detail, command });
  }
  return { tasks, skipped };
}
