// Written by scripts/build-wasm.mjs from the crate. Do not edit.
/** base64 of the gzipped WebAssembly module. */
export declare const bytes: string;
