import { gunzipSync } from "fflate";
import * as relaxed from "../../wasm/relaxed.js";
import * as simd from "../../wasm/simd-patch.js";
import { pageHost } from "./host.page.ts";
import { loadWith } from "./load.ts";

// Synchronous, in one module: neither top-level await, which bundlers refuse in classic workers and for older targets,
// nor a file of its own, which they do not find.
loadWith(pageHost, relaxed.bytes, simd.patch, (base64) =>
  gunzipSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))),
);
