import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { bytes } from "../../wasm/relaxed.js";
import { patch } from "../../wasm/simd-patch.js";
import "./checkout.node.ts";
import { nodeHost } from "./host.node.ts";
import { loadWith } from "./load.ts";

// Synchronous, without top-level await: `require` of this package works from Node 20.19.
loadWith(nodeHost, bytes, patch, (base64) => new Uint8Array(gunzipSync(Buffer.from(base64, "base64"))));
