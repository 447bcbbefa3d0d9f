/** Numbers out of a file's bytes; beyond their end there are zeros. */
export class ByteReader<Bytes extends Uint8Array = Uint8Array> {
  readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  byte(at: number): number {
    return this.bytes[at] ?? 0;
  }

  /** 16 bits, the higher ones first. */
  u16(at: number): number {
    return (this.byte(at) << 8) | this.byte(at + 1);
  }

  u32(at: number): number {
    return this.u16(at) * 0x10000 + this.u16(at + 2);
  }

  /** The lower ones first. */
  u16Little(at: number): number {
    return this.byte(at) | (this.byte(at + 1) << 8);
  }

  u24Little(at: number): number {
    return this.u16Little(at) | (this.byte(at + 2) << 16);
  }

  u32Little(at: number): number {
    return this.u16Little(at) + this.u16Little(at + 2) * 0x10000;
  }

  /** `length` bytes as Latin-1. */
  text(at: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + length));
  }
}
