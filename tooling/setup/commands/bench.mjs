// npm run bench: installs the peers, builds the libraries, measures. The options are the bench's own.

import { install } from "../install.mjs";
import { developmentNode, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("bench");
  announce("Building the libraries (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: ["@unfoldjs/bench^..."], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The libraries could not be built; the lines above say why.", "npm run setup -- --check");
  }
  return run(developmentNode, ["tooling/bench/src/main.ts", ...args]);
}
