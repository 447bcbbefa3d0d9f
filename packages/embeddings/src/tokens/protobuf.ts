import { FormatError } from "@unfoldjs/tensor-core";

/** One field of a message: its number and what it holds, a number or bytes by its wire type. */
export interface Field {
  readonly number: number;
  /** 0: a varint; 1: eight bytes; 2: bytes; 5: four bytes */
  readonly wire: 0 | 1 | 2 | 5;
  /** Varints as numbers (what is beyond 2⁵³ is no longer exact), empty for others. */
  readonly value: number;
  readonly bytes: Uint8Array;
}

const EMPTY = /* @__PURE__ */ new Uint8Array(0);

/**
 * The fields of a message, in their order: Protocol Buffers' wire format.
 * @throws FormatError where it is cut off or no message
 */
export function* fieldsOf(op: string, message: Uint8Array, at = 0): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let position = 0;
  const wrong = (rule: string): FormatError =>
    new FormatError(op, { byte: at + position }, rule, "is it a .model file?");
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (let i = 0; i < 10; i++) {
      const byte = message[position];
      if (byte === undefined) throw wrong("the file is cut off in a number");
      position++;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw wrong("a number of more than ten bytes is none");
  };
  const take = (count: number): Uint8Array => {
    if (count > message.length - position) throw wrong(`the file is cut off: ${count} bytes must follow`);
    position += count;
    return message.subarray(position - count, position);
  };
  while (position < message.length) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (number < 1 || number > 0x1fffffff) throw wrong("fields have the numbers 1…2²⁹ − 1");
    if (wire === 0) yield { number, wire, value: varint(), bytes: EMPTY };
    else if (wire === 1) yield { number, wire, value: 0, bytes: take(8) };
    else if (wire === 2) yield { number, wire, value: 0, bytes: take(varint()) };
    else if (wire === 5) {
      const bytes = take(4);
      yield { number, wire, value: view.getFloat32(position - 4, true), bytes };
    } else throw wrong(`wire type ${wire} is not known`);
  }
}

/** Writes the fields of a message. */
export class MessageWriter {
  private bytes = new Uint8Array(1 << 12);
  private filled = 0;

  /** A whole number from 0 up, a truth value or an enum's. Negative ones take ten bytes, as int32 has them. */
  whole(number: number, value: number | boolean): this {
    this.varint(number * 8);
    return this.varint(Number(value));
  }

  float(number: number, value: number): this {
    this.varint(number * 8 + 5);
    this.room(4);
    new DataView(this.bytes.buffer).setFloat32(this.filled, value, true);
    this.filled += 4;
    return this;
  }

  data(number: number, value: Uint8Array): this {
    this.varint(number * 8 + 2);
    this.varint(value.length);
    this.room(value.length);
    this.bytes.set(value, this.filled);
    this.filled += value.length;
    return this;
  }

  text(number: number, value: string): this {
    return this.data(number, new TextEncoder().encode(value));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.filled);
  }

  private varint(value: number): this {
    this.room(10);
    let left = BigInt.asUintN(64, BigInt(value));
    for (; left > 0x7fn; left >>= 7n) this.bytes[this.filled++] = Number(left & 0x7fn) | 0x80;
    this.bytes[this.filled++] = Number(left);
    return this;
  }

  private room(count: number): void {
    if (this.filled + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.filled + count));
    larger.set(this.bytes.subarray(0, this.filled));
    this.bytes = larger;
  }
}
