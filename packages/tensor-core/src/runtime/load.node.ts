import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { imports } from "../../wasm/core.js";
import { bytes as relaxed } from "../../wasm/relaxed.js";
import { bytes as simd } from "../../wasm/simd.js";
import { connectCore } from "./connect.ts";
import { shared } from "./shared.ts";
import { chooseVariant } from "./variant.ts";

// Synchronous, without top-level await: `require` of this package works from Node 20.19.
if (shared.core === undefined) {
  const variant = chooseVariant();
  const compressed = Buffer.from(variant === "relaxed" ? relaxed : simd, "base64");
  connectCore(variant, new WebAssembly.Instance(new WebAssembly.Module(gunzipSync(compressed)), imports));
}
