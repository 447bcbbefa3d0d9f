// npm run fuzz: installs, builds the core (with Rust the one that checks ranges too), tries. The options are the fuzzer's own.

import { findToolchain } from "../../../packages/tensor-core/scripts/toolchain.mjs";
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
  if ("toolchain" in findToolchain()) {
    announce("Building the core that checks every range (nothing to do if it has not changed)");
    const build = ["packages/tensor-core/scripts/build-wasm.mjs", "--checked"];
    if ((await run(developmentNode, build, { env: environment(), quiet: true })) !== 0) {
      throw new CannotContinue(
        "The checked core could not be built; the lines above say why.",
        "npm run setup -- --check",
      );
    }
  }
  return run(developmentNode, ["--conditions=@unfoldjs/source", "tooling/fuzz/src/main.ts", ...args], {
    env: environment(),
  });
}
