import binaryen from "binaryen";

/** WebAssembly's bytes of a module in text form; SIMD and relaxed SIMD may be used. */
export function assemble(text: string): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD);
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}
