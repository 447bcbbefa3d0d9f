import { gunzipSync } from "fflate";
import { bytes } from "../../wasm/relaxed.js";
import { patch } from "../../wasm/simd-patch.js";
import { pageHost } from "./host.page.ts";
import { loadWith } from "./load.ts";

// Synchronous, in one module: neither top-level await, which bundlers refuse in classic workers and for older targets,
// nor a file of its own, which they do not find.
loadWith(pageHost, bytes, patch, (base64) =>
  gunzipSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))),
);
