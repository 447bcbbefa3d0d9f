// npm run build: every package's dist, from what is installed.

import { install } from "../install.mjs";
import { readOptions } from "../options.mjs";
import { runTasks } from "../tasks.mjs";

const usage = `Builds every package into its dist folder; what has not changed comes from the cache.

npm run build
pnpm --filter PACKAGE build   one package, from what is there`;

export async function main(args) {
  if (readOptions("npm run build", usage, {}, args) === undefined) return 0;
  await install("development");
  return runTasks(["build"]);
}
