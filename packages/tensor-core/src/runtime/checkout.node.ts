import { mismatch } from "../../scripts/interface.mjs";
import { RuntimeError } from "../errors/index.ts";

// In a checkout only: published packages carry the core that they were built with, and the bundler leaves this module out.
const reason = mismatch();
if (reason !== undefined) {
  throw new RuntimeError(
    "@unfoldjs/tensor-core",
    { core: "packages/tensor-core/wasm" },
    reason,
    "run `pnpm --filter @unfoldjs/tensor-core build:wasm` (or `npm run setup`), with a Rust toolchain if you changed the crate",
  );
}
