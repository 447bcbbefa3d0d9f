// npm run bench: installs the peers, builds the libraries, measures. The options are the bench's own.

import { findBrowser } from "../browser.mjs";
import { install } from "../install.mjs";
import { developmentNode, environment, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("bench");
  announce("Building the libraries (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: ["@unfoldjs/bench^..."], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The libraries could not be built; the lines above say why.", "npm run setup -- --check");
  }
  const browser = findBrowser();
  const env = { ...environment(), ...(browser && { CHROME_PATH: browser }) };
  return run(developmentNode, ["tooling/bench/src/main.ts", ...args], { env });
}
