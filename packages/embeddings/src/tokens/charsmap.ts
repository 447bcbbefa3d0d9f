import { FormatError } from "@unfoldjs/tensor-core";

/** A replacement: for how many bytes, and by what. */
export interface Replacement {
  readonly length: number;
  readonly by: string;
}

/**
 * Rules of what is replaced by what, as sentencepiece compiles them: a double array (Aoe 1989, as Darts-clone packs it) from
 * bytes of UTF-8 to places in a list of texts.
 */
export class Charsmap {
  private readonly units: Uint32Array;
  private readonly texts: Uint8Array;
  private readonly known = new Map<number, string>();

  /** @throws FormatError on bytes that are no such rules */
  constructor(op: string, bytes: Uint8Array) {
    const size = bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size > bytes.length - 4) {
      throw new FormatError(
        op,
        { bytes: bytes.length, trie: size },
        "the rules of normalization are damaged or cut off",
      );
    }
    this.units = new Uint32Array(bytes.slice(4, 4 + size).buffer);
    this.texts = bytes.slice(4 + size);
  }

  /** The longest of the rules that begin at a place of the bytes. */
  longest(bytes: Uint8Array, start: number): Replacement | undefined {
    const { units } = this;
    let node = offset(units[0] ?? 0);
    let [length, value] = [0, 0];
    for (let i = start; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      node ^= byte;
      const unit = units[node];
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) break;
      node ^= offset(unit);
      if (((unit >>> 8) & 1) === 0) continue;
      length = i + 1 - start;
      value = (units[node] ?? 0) & 0x7fffffff;
    }
    return length === 0 ? undefined : { length, by: this.text(value) };
  }

  private text(place: number): string {
    const known = this.known.get(place);
    if (known !== undefined) return known;
    const end = this.texts.indexOf(0, place);
    const found = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      this.texts.subarray(place, end < 0 ? undefined : end),
    );
    this.known.set(place, found);
    return found;
  }
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
