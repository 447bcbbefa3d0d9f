// Reads WebAssembly's binary format: https://webassembly.github.io/spec/core/binary/

/** Walks over a module's bytes. */
export class WasmReader {
  at = 8; // after the magic number and the version

  /** @param {Uint8Array} wasm */
  constructor(wasm) {
    this.wasm = wasm;
  }

  /** Goes to the contents of a section, and reads how many entries it has. */
  toSection(id) {
    while (this.at < this.wasm.length) {
      const found = this.number();
      const length = this.number();
      if (found === id) return this.number();
      this.at += length;
    }
    throw new Error(`the module has no section ${id}`);
  }

  byte() {
    return this.wasm[this.at++];
  }

  skip(bytes) {
    this.at += bytes;
  }

  skipName() {
    this.skip(this.number());
  }

  /** LEB128, unsigned; also goes over a signed one, whose value it then gets wrong. */
  number() {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = this.byte();
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
  }
}

/** LEB128, unsigned: seven bits a byte, lowest first. */
export function sevenBits(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) + 128);
  return [...bytes, number];
}
