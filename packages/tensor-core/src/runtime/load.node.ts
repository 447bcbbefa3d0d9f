import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import * as relaxed from "../../wasm/relaxed.js";
import * as simd from "../../wasm/simd-patch.js";
import "./checkout.node.ts";
import { nodeHost } from "./host.node.ts";
import { loadWith } from "./load.ts";

// Synchronous, without top-level await: `require` of this package works from Node 20.19.
loadWith(nodeHost, relaxed.bytes, simd.patch, (base64) => new Uint8Array(gunzipSync(Buffer.from(base64, "base64"))));
