// npm run soak: installs, builds the core, trains. The options are those of the soak.

import { install } from "../install.mjs";
import { announce, CannotContinue } from "../report.mjs";
import { developmentNode, environment, run } from "../processes.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("development");
  announce("Building the core (nothing to do if it has not changed)");
  const code = await runTasks(["build:wasm"], { quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The core could not be built; the lines above say why.", "npm run setup -- --check");
  }
  return run(developmentNode, ["--conditions=@unfoldjs/source", "tooling/fuzz/src/soak/main.ts", ...args], {
    env: environment(),
  });
}
