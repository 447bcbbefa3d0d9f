import { imports } from "../../wasm/core.js";
import relaxed from "../../wasm/relaxed.wasm";
import { connectCore } from "./connect.ts";
import { shared } from "./shared.ts";

// Where WebAssembly may not be compiled while it runs, it is a file beside the module, which was compiled when it was
// uploaded. Such engines are always current ones, so it is the build with relaxed SIMD.
if (shared.core === undefined) connectCore("relaxed", new WebAssembly.Instance(relaxed, imports));
