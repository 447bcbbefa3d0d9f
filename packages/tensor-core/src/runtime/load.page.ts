import { imports } from "../../wasm/core.js";
import { connectCore } from "./connect.ts";
import { shared } from "./shared.ts";
import { chooseVariant } from "./variant.ts";

/** Only the chosen variant's module is fetched. */
async function fetchBytes(variant: "relaxed" | "simd"): Promise<ArrayBuffer> {
  const { bytes } = variant === "relaxed" ? await import("../../wasm/relaxed.js") : await import("../../wasm/simd.js");
  const compressed = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  return new Response(new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

if (shared.core === undefined) {
  const variant = chooseVariant();
  const { instance } = await WebAssembly.instantiate(await fetchBytes(variant), imports);
  connectCore(variant, instance);
}
