import { FormatError } from "../errors/index.ts";

export const CUT_OFF = "the file is cut off or damaged: save or fetch it again";
/** No whole number of a file of tensors is longer. */
const LONG_BYTES = 8;

/** The bytes of a pickle, read from the front. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #op: string;
  #at = 0;

  constructor(bytes: Uint8Array, op: string) {
    this.#bytes = bytes;
    this.#op = op;
  }

  get position(): number {
    return this.#at;
  }

  /** An error about what stands here. */
  fault(evidence: Readonly<Record<string, string | number>>, rule: string, fix: string = CUT_OFF): FormatError {
    return new FormatError(this.#op, { position: this.#at, ...evidence }, rule, fix);
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.fault({}, "the pickle ends without its end");
    return byte;
  }

  take(length: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (!(length >= 0) || length > left) {
      throw this.fault({ needed: length, left }, "the pickle has fewer bytes than it says");
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  view(length: number): DataView {
    const bytes = this.take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  u32(): number {
    return this.view(4).getUint32(0, true);
  }

  u64(): number {
    return Number(this.view(8).getBigUint64(0, true));
  }

  /** A whole number of up to eight bytes, little-endian and signed; one that a number holds exactly is a number. */
  long(length: number): number | bigint {
    if (length > LONG_BYTES) {
      const fix = "if it should have one: save it as a text";
      throw this.fault({ bytes: length }, "the pickle has a whole number of more than 64 bits", fix);
    }
    let value = 0n;
    for (const [at, byte] of this.take(length).entries()) value |= BigInt(byte) << BigInt(8 * at);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** As many bytes of UTF-8. */
  text(length: number): string {
    return textOf(this.take(length));
  }

  /** Up to the end of the line, which is not part of it. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw this.fault({}, "the pickle ends within a line");
    const text = textOf(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }
}

/** Of a copy: no engine decodes from memory that is shared. U+FEFF in front is a letter of a name like others. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
}
