// npm run setup: makes a fresh clone ready, or says what is missing.

import { existsSync } from "node:fs";
import { sourceBuildMarker } from "../../../packages/tensor-core/scripts/toolchain.mjs";
import { findBrowser, installBrowser } from "../browser.mjs";
import { installTestData } from "../debian-data.mjs";
import { installEngines } from "../engines.mjs";
import { install } from "../install.mjs";
import { readOptions } from "../options.mjs";
import { inspect, printReport } from "../inspect.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";
import { installToolchain } from "../toolchain.mjs";

const usage = `Makes this clone ready to build, test and run. Installs nothing outside this folder unless told to.

npm run setup                  packages from the npm registry, and the prebuilt core
npm run setup -- --check       only reports what is there and what is missing; exit code 1 if set-up has work to do
npm run setup -- --toolchain   also what builds the core from source: adds the wasm target to rustup's Rust, and builds
                               wasm-pack and wasm-bindgen into .toolchain
npm run setup -- --system      may install system packages (apt-get, as root): a browser for the browser tests, data that
                               only Debian packages (37 MB) and, with --toolchain, Debian's Rust where rustup is missing
                               or cannot add the target
npm run setup -- --engines     also the engines that tests of counting corpora run on and skip without: chdb (543 MB, into
                               .toolchain) and, with --system, Debian's ClickHouse server (10 MB)`;

export async function main(args) {
  const options = readOptions(
    "npm run setup",
    usage,
    {
      check: { type: "boolean" },
      toolchain: { type: "boolean" },
      system: { type: "boolean" },
      engines: { type: "boolean" },
    },
    args,
  );
  if (options === undefined) return 0;
  if (options.check) return printReport(inspect());

  await install("development");
  if (options.toolchain) await installToolchain({ system: options.system ?? false });
  if (options.system) {
    await installBrowser();
    await installTestData();
  }
  if (options.engines) await installEngines({ system: options.system ?? false });
  const fromSource = existsSync(sourceBuildMarker);
  const how = fromSource ? "Building the core from source" : "Placing the prebuilt core";
  announce(`${how} in packages/tensor-core/wasm (nothing to do if it has not changed)`);
  const code = await runTasks(["build:wasm"], { quiet: !fromSource });
  if (code !== 0)
    throw new CannotContinue("The core could not be built; the lines above say why.", "npm run setup -- --check");
  console.log("\n✓ Ready. Next: npm start, npm run demo, or npm test.");
  if (findBrowser() === undefined)
    console.log("  Without a browser npm test skips the browser tests: npm run setup -- --system");
  return 0;
}
