import type { Random } from "@unfoldjs/op-cases";
import { between, chance, oneOf } from "../random.ts";

/** Numbers at the edges of sizes, lengths and offsets. */
const NUMBERS = [0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const LONG = [...NUMBERS, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63];
const DIGITS = ["0", "1", "-1", "9", "4294967296", "9007199254740993", "1e400", "1.5", "99999999999999999999"];
const MOST = 4096;

/** One change to the bytes of a file, or a few. */
export function mutated(
  bytes: Uint8Array,
  random: Random,
  tokens: readonly string[],
  others: readonly Uint8Array[],
): Uint8Array {
  let out = bytes;
  for (let changes = oneOf(random, [1, 1, 1, 2, 3, 6]); changes > 0; changes--)
    out = changed(out, random, tokens, others);
  return out.length > MOST ? out.subarray(0, MOST) : out;
}

function changed(
  bytes: Uint8Array,
  random: Random,
  tokens: readonly string[],
  others: readonly Uint8Array[],
): Uint8Array {
  const at = between(random, 0, bytes.length);
  const end = Math.min(bytes.length, at + between(random, 1, 12));
  switch (between(random, 0, 10)) {
    case 0:
      return withByte(bytes, at, (byte) => byte ^ (1 << between(random, 0, 7)));
    case 1:
      return withByte(bytes, at, () => between(random, 0, 255));
    case 2:
      return bytes.slice(0, at); // cut off
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(end)); // a hole
    case 4:
      return joined(bytes.subarray(0, end), bytes.subarray(at)); // twice
    case 5:
      return withNumber(bytes, at, random);
    case 6:
      return joined(bytes.subarray(0, at), encoder.encode(oneOf(random, tokens)), bytes.subarray(at));
    case 7:
      return joined(bytes.subarray(0, at), encoder.encode(oneOf(random, tokens)), bytes.subarray(end));
    case 8:
      return withDigits(bytes, random);
    case 9: {
      const other = oneOf(random, others);
      return joined(bytes.subarray(0, at), other.subarray(between(random, 0, other.length)));
    }
    default:
      return joined(
        bytes,
        Uint8Array.from({ length: between(random, 1, 9) }, () => between(random, 0, 255)),
      );
  }
}

const encoder = new TextEncoder();

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const out = bytes.slice();
  if (at < out.length) out[at] = change(out[at] ?? 0);
  return out;
}

function withNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const isLittle = chance(random, 0.7);
  const width = oneOf(random, [2, 4, 8]);
  if (at + width > out.length) return out;
  if (width === 2) view.setUint16(at, oneOf(random, NUMBERS), isLittle);
  else if (width === 4) view.setUint32(at, oneOf(random, NUMBERS), isLittle);
  else view.setBigUint64(at, BigInt(oneOf(random, LONG)), isLittle);
  return out;
}

/** A number written in digits made another. */
function withDigits(bytes: Uint8Array, random: Random): Uint8Array {
  const text = new TextDecoder("latin1").decode(bytes);
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return bytes;
  const match = oneOf(random, found);
  const start = match.index;
  return joined(
    bytes.subarray(0, start),
    encoder.encode(oneOf(random, DIGITS)),
    bytes.subarray(start + match[0].length),
  );
}
