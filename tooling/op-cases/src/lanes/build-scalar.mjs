// Builds the core whose kernels compute by the scalar lane, where there is what compiles it: a Rust that only runs the crate's
// own tests is no reason for these to fail, and they are skipped.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findToolchain } from "../../../../packages/tensor-core/scripts/toolchain.mjs";

const found = findToolchain();
if ("missing" in found) {
  // One that was built by a Rust that is gone would be of other sources.
  rmSync(new URL("../../../../packages/tensor-core/wasm-scalar", import.meta.url), { recursive: true, force: true });
  console.log(`no scalar core to compare with: ${found.missing}; npm run setup -- --toolchain brings it`);
} else {
  const build = fileURLToPath(new URL("../../../../packages/tensor-core/scripts/build-wasm.mjs", import.meta.url));
  process.exitCode = spawnSync(process.execPath, [build, "--scalar"], { stdio: "inherit" }).status ?? 1;
}
