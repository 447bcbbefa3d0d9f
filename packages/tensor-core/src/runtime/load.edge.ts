import relaxed from "../../wasm/relaxed.wasm";
import { edgeHost } from "./host.edge.ts";
import { shared } from "./shared.ts";
import { connectModule } from "./start.ts";

// Where WebAssembly may not be compiled while it runs, it is a file beside the module, which was compiled when it was
// uploaded. Such engines are always current ones, so it is the build with relaxed SIMD.
shared.host ??= edgeHost;
shared.start ??= () => {
  shared.obstacle = edgeHost.obstacle();
  connectModule("relaxed", relaxed);
};
