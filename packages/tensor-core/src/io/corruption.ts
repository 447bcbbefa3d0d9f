import fc from "fast-check";
import { FormatError } from "../errors/index.ts";

/** Every proper prefix of a file. */
export function* truncations(file: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < file.length; length++) yield file.slice(0, length);
}

/** The file with one byte made another, any byte and any value. */
export function corrupted(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .record({ at: fc.nat(file.length - 1), difference: fc.integer({ min: 1, max: 255 }) })
    .map(({ at, difference }) => file.map((byte, i) => (i === at ? byte ^ difference : byte)));
}

/** True if `read` refused its bytes with a FormatError, false if it went through; any other error passes. */
export function refused(read: () => void): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}
