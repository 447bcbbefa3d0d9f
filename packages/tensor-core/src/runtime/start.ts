import * as glue from "../../wasm/core.js";
import { lookAfterHelpers, makeCrew, startHelpers } from "./crew.ts";
import { RuntimeError } from "../errors/index.ts";
import type { Host } from "./host.ts";
import { type Build, shared } from "./shared.ts";

/** What the memory's byte in the module says. */
const SHARED = 3;
/** Engines on small machines refuse to reserve as much as 32-bit addresses reach: then half of it, and so on. */
const SMALLEST_MAXIMUM = 4096;

/**
 * Makes a build of the crate the process's core.
 * @param wasm the module's bytes, which may be changed
 * @param host what starts helpers; without one there are none
 */
export function startCore(build: Build, wasm: Uint8Array<ArrayBuffer>, host: Host): void {
  shared.obstacle = host.obstacle();
  if (shared.obstacle === undefined) {
    const memory = makeMemory(true);
    if (memory !== undefined) {
      wasm[glue.memoryImport.kindAt] = SHARED;
      const module = compile(wasm);
      connectCore(build, module, memory);
      makeCrew(host, module);
      return;
    }
    shared.obstacle = "the engine could not reserve shared memory";
  }
  connectModule(build, compile(wasm));
}

/** @throws RuntimeError if the engine may not compile it */
function compile(wasm: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(wasm);
  } catch (error) {
    throw new RuntimeError(
      "@unfoldjs/tensor-core",
      { engine: error instanceof Error ? error.message : String(error) },
      "the engine refused to compile the core",
      "a page's content security policy must allow it: add 'wasm-unsafe-eval' to its script-src " +
        '(see "In a page: content security policy" in the README of @unfoldjs/tensor-core)',
      { cause: error },
    );
  }
}

/** As `startCore`, of a module that is compiled already and has its memory to itself. */
export function connectModule(build: Build, module: WebAssembly.Module): void {
  const memory = makeMemory(false);
  if (memory === undefined) throw new RangeError("@unfoldjs/tensor-core: the engine could not reserve memory");
  connectCore(build, module, memory);
}

function connectCore(build: Build, module: WebAssembly.Module, memory: WebAssembly.Memory): void {
  const instance = new WebAssembly.Instance(module, glue.importsOf(memory, startHelpers, lookAfterHelpers));
  // The build writes CoreExports from the very module that was instantiated.
  const exports = instance.exports as WebAssembly.Exports & glue.CoreExports;
  exports.__wbindgen_start(0); // the first thread has the module's own stack
  if (shared.settings.deterministic) exports.use_direct_sums();
  shared.core = exports;
  shared.build = build;
}

function makeMemory(isShared: boolean): WebAssembly.Memory | undefined {
  const { initial } = glue.memoryImport;
  for (let maximum = glue.memoryImport.maximum; maximum >= SMALLEST_MAXIMUM; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial, maximum, shared: isShared });
    } catch {
      // Less, then.
    }
  }
  return undefined;
}
