// npm start: sets up what the playground needs, builds it, serves it. The options are the playground's own.

import { install } from "../install.mjs";
import { developmentNode, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("playground");
  announce("Building the libraries and the playground (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: ["playground..."], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The playground could not be built; the lines above say why.", "npm run setup -- --check");
  }
  return run(developmentNode, ["apps/playground/scripts/start.ts", ...args]);
}
