// npm run demo: sets up what the example needs, builds it, runs it. The options are the example's own.

import { install } from "../install.mjs";
import { developmentNode, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("demo");
  announce("Building the libraries (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: ["train-digits^..."], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The libraries could not be built; the lines above say why.", "npm run setup -- --check");
  }
  return run(developmentNode, ["examples/train-digits/src/main.ts", ...args]);
}
