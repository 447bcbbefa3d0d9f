// npm run check: everything about the sources that can be said without running them.

import { install } from "../install.mjs";
import { readOptions } from "../options.mjs";
import { availableSuites, checks } from "../suites.mjs";
import { runTasks } from "../tasks.mjs";

const usage = `Format, lint, dependency direction and cycles, unused code, types, packages as they will be published (publint,
are-the-types-wrong, API snapshot), size budgets, the prebuilt core and, where there is Rust, rustfmt and clippy.

npm run check
npm run format                             formats what the check finds badly formatted
pnpm --filter PACKAGE check:package --update   accepts a change of the public API`;

export async function main(args) {
  if (readOptions("npm run check", usage, {}, args) === undefined) return 0;
  await install("development");
  const { tasks, skipped } = availableSuites("check");
  for (const { detail, command } of skipped) console.log(`– rustfmt and clippy skipped: ${detail}. Run: ${command}`);
  return runTasks([...checks, ...tasks], { options: ["--continue=dependencies-successful"] });
}
