import { RuntimeError } from "../errors/index.ts";
import { type Build, shared } from "./shared.ts";

// The smallest modules that use the feature: one function, `i32.const 0; <op>; drop`-like bodies.
// magic, version | type () -> () | one function | its code: f32x4.relaxed_madd (or i8x16.splat) on zeros.
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
const SPLAT_ZERO = [65, 0, 253, 15];
/** code section around a body without locals */
const code = (body: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...HEADER, 10, body.length + 5, 1, body.length + 3, 0, ...body, 26, 11]);
const SIMD = code(SPLAT_ZERO);
const RELAXED = code([...SPLAT_ZERO, ...SPLAT_ZERO, ...SPLAT_ZERO, 253, 133, 2]);

/** Whether the engine can run a build. */
export function canRun(build: Build): boolean {
  return WebAssembly.validate(build === "relaxed" ? RELAXED : SIMD);
}

/** The fastest build that this engine can run; plain SIMD if results are to be the same everywhere. @throws RuntimeError without WebAssembly or SIMD */
export function chooseBuild(): Build {
  if (typeof WebAssembly === "undefined") {
    throw new RuntimeError(
      "@unfoldjs/tensor-core",
      {},
      "there is no WebAssembly here",
      "allow it: in Node start without --jitless; in a browser leave its lockdown or strict-security mode for this site",
    );
  }
  if (!shared.settings.deterministic && canRun("relaxed")) return "relaxed";
  if (canRun("simd")) return "simd";
  throw new RuntimeError(
    "@unfoldjs/tensor-core",
    {},
    "this engine's WebAssembly has no SIMD",
    "use Node 20.19 or newer, or a browser from 2023 or later",
  );
}
