// npm test: the checks, then the tests of all packages and runners, added up in one closing line.

import { closingLine, countsOf, failureOf, forgetCounts, forgetRuns, readRuns } from "../counts.mjs";
import { install, workspaceFolders } from "../install.mjs";
import { readOptions } from "../options.mjs";
import { CannotContinue } from "../report.mjs";
import { availableSuites, checks, optionalSuites } from "../suites.mjs";
import { runTasks } from "../tasks.mjs";

const usage = `Checks and tests every package, and closes with "N passed, N failed, N skipped" over all runners. What has not
changed is replayed from the cache.

npm test
npm test -- --require rust,browser   a machine without Rust, or without a browser, fails instead of skipping those tests
pnpm --filter PACKAGE test           the tests of one package`;

export async function main(args) {
  const options = readOptions("npm test", usage, { require: { type: "string", multiple: true } }, args);
  if (options === undefined) return 0;
  const required = readRequired(options.require ?? []);

  await install("development");
  forgetRuns();
  forgetCounts(workspaceFolders());
  const { tasks, skipped } = availableSuites("test");
  const { tasks: optionalChecks } = availableSuites("check");
  const code = await runTasks([...checks, ...optionalChecks, "test", ...tasks], {
    options: ["--continue=dependencies-successful", "--summarize"],
  });

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const run of readRuns()) {
    const counts = countsOf(run);
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (counts.failed > 0) console.log(failureOf(run));
  }
  for (const { name, detail, command } of skipped) {
    const missing = required.has(name);
    total[missing ? "failed" : "skipped"] += 1;
    console.log(`${missing ? "✗" : "–"} ${name} tests ${missing ? "required" : "skipped"}: ${detail}. Run: ${command}`);
  }
  if (code !== 0 && total.failed === 0) total.failed = 1;
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function readRequired(values) {
  const names = values.flatMap((value) => value.split(","));
  const known = Object.keys(optionalSuites);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new CannotContinue(
        `npm test: --require knows ${known.join(" and ")}, not ${JSON.stringify(name)}.`,
        `npm test -- --require ${known.join(",")}`,
        2,
      );
    }
  }
  return new Set(names);
}
