// The memory that the module imports, as the binary format writes it. The linker makes it a shared one; as a byte of the
// module says so, the same module also runs on a memory of its own.

import { WasmReader } from "./wasm-reader.mjs";

/** The byte that says which limits a memory has: https://webassembly.github.io/threads/core/binary/types.html#limits */
export const kinds = { own: 1, shared: 3 };
const importSection = 2;
const memoryKind = 2;

/** @returns {{ kindAt: number, initial: number, maximum: number }} where the kind stands, and the limits in pages */
export function findMemory(wasm) {
  const reader = new WasmReader(wasm);
  for (let count = reader.toSection(importSection); count > 0; count--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.number();
    if (kind === memoryKind) {
      const kindAt = reader.at;
      reader.number();
      return { kindAt, initial: reader.number(), maximum: reader.number() };
    }
    reader.number(); // a function's type; nothing else is imported before the memory
  }
  throw new Error("the module imports no memory: it was linked without --import-memory");
}

/** The module with a memory of its own. */
export function withOwnMemory(wasm) {
  const { kindAt } = findMemory(wasm);
  if (wasm[kindAt] !== kinds.shared) throw new Error(`the module's memory is of kind ${wasm[kindAt]}, not shared`);
  const own = Uint8Array.from(wasm);
  own[kindAt] = kinds.own;
  return own;
}
