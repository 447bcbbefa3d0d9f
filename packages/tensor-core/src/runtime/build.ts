import { RuntimeError } from "../errors/index.ts";

// The smallest modules that use the feature: one function, `i32.const 0; <op>; drop`-like bodies.
// magic, version | type () -> () | one function | its code: f32x4.relaxed_madd (or i8x16.splat) on zeros.
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
const SPLAT_ZERO = [65, 0, 253, 15];
/** code section around a body without locals */
const code = (body: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...HEADER, 10, body.length + 5, 1, body.length + 3, 0, ...body, 26, 11]);
const SIMD = code(SPLAT_ZERO);
const RELAXED = code([...SPLAT_ZERO, ...SPLAT_ZERO, ...SPLAT_ZERO, 253, 133, 2]);

/** The fastest build that this engine can run. @throws RuntimeError without SIMD */
export function chooseVariant(): "relaxed" | "simd" {
  if (WebAssembly.validate(RELAXED)) return "relaxed";
  if (WebAssembly.validate(SIMD)) return "simd";
  throw new RuntimeError(
    "@unfoldjs/tensor-core",
    {},
    "this engine's WebAssembly has no SIMD",
    "use Node 20.19 or newer, or a browser from 2023 or later",
  );
}
