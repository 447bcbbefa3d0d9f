// npm run test:consumers: builds the packages, and uses them as they will be published. The options are its own.

import { findBrowser } from "../browser.mjs";
import { install } from "../install.mjs";
import { developmentNode, environment, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

export async function main(args) {
  await install("development");
  announce("Building the libraries (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: ["@unfoldjs/consumers^..."], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The libraries could not be built; the lines above say why.", "npm run setup -- --check");
  }
  const browser = findBrowser();
  const program = ["--disable-warning=ExperimentalWarning", "tooling/consumers/src/main.ts", ...args];
  return run(developmentNode, program, { env: { ...environment(), ...(browser && { CHROME_PATH: browser }) } });
}
