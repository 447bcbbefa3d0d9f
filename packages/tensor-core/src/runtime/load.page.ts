import { gunzipSync } from "fflate";
import { imports } from "../../wasm/core.js";
import { patch } from "../../wasm/relaxed-patch.js";
import { bytes } from "../../wasm/simd.js";
import { connectCore } from "./connect.ts";
import { applyPatch } from "./patch.ts";
import { shared } from "./shared.ts";
import { chooseVariant } from "./variant.ts";

// Synchronous, in one module: neither top-level await, which bundlers refuse in classic workers and for older targets,
// nor a file of its own, which they do not find. The builds differ little, so the second costs a fifth of the first.
if (shared.core === undefined) {
  const variant = chooseVariant();
  const simd = unpack(bytes);
  const wasm = variant === "relaxed" ? applyPatch(simd, unpack(patch)) : simd;
  connectCore(variant, new WebAssembly.Instance(new WebAssembly.Module(wasm), imports));
}

/** @param base64 of gzip */
function unpack(base64: string): Uint8Array<ArrayBuffer> {
  return gunzipSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
