import type { CoreExports } from "../../wasm/core.js";
import { shared } from "./shared.ts";

/** Makes a started instance the process's core. The first one stays: another copy of the package may have been quicker. */
export function connectCore(variant: string, instance: WebAssembly.Instance): void {
  if (shared.core !== undefined) return;
  // The build writes CoreExports from the very module that was instantiated.
  shared.core = instance.exports as WebAssembly.Exports & CoreExports;
  shared.variant = variant;
}
