import { FormatError } from "../errors/index.ts";
import { arrayFor } from "../create/create.ts";
import type { DType, TypedArrayOf } from "../types/dtype.ts";

/** How elements that no dtype holds as they are get read. */
export interface ReadOptions {
  /**
   * What becomes of a 64-bit float that f32 cannot hold exactly: `"exact"` (the default) makes it an error, `"nearest"`
   * rounds it. Whole numbers are never rounded, and nothing is clipped.
   */
  readonly rounding?: "exact" | "nearest";
}

/** Where elements came from, for errors. */
export interface Origin {
  /** The function that was called. */
  readonly op: string;
  /** The tensor's name in its file. */
  readonly tensor: string;
}

/** One way to store an element in a file. */
export interface ElementKind {
  readonly bits: number;
  /** What it is read as; `undefined` if nothing here can hold it. */
  readonly dtype: DType | undefined;
  /** Little-endian elements as a typed array of `dtype`. @throws FormatError on a value that `dtype` cannot hold */
  read(bytes: Uint8Array, origin: Origin, options: ReadOptions): TypedArrayOf[DType];
}

export type ElementKindName = DType | "f16" | "bf16" | "f64" | "i8" | "i16" | "u16" | "u32" | "i64" | "u64";

type ReadOne = (view: DataView, at: number) => number | bigint;

/** Kinds by neutral names; file formats map their own onto these. */
export const ELEMENT_KINDS: Readonly<Record<ElementKindName, ElementKind>> = {
  f32: { bits: 32, dtype: "f32", read: (bytes) => new Float32Array(alignedCopy(bytes)) },
  i32: { bits: 32, dtype: "i32", read: (bytes) => new Int32Array(alignedCopy(bytes)) },
  u8: { bits: 8, dtype: "u8", read: (bytes) => bytes.slice() },
  bool: { bits: 8, dtype: "bool", read: readBool },
  f16: converted(16, "f32", (view, at) => halfToNumber(view.getUint16(at, true))),
  bf16: { bits: 16, dtype: "f32", read: readBrainFloat },
  f64: converted(64, "f32", (view, at) => view.getFloat64(at, true)),
  i8: converted(8, "i32", (view, at) => view.getInt8(at)),
  i16: converted(16, "i32", (view, at) => view.getInt16(at, true)),
  u16: converted(16, "i32", (view, at) => view.getUint16(at, true)),
  u32: converted(32, "i32", (view, at) => view.getUint32(at, true)),
  i64: converted(64, "i32", (view, at) => view.getBigInt64(at, true)),
  u64: converted(64, "i32", (view, at) => view.getBigUint64(at, true)),
};

/** A kind that files may hold and no dtype can; its size is known, so the rest of the file can be read. */
export function unreadable(name: string, bits: number): ElementKind {
  const read: ElementKind["read"] = (_bytes, { op, tensor }) => {
    throw new FormatError(
      op,
      { tensor, storedAs: name },
      `elements stored as ${name} cannot be read`,
      "store it as 32-bit floats, for example with tensor.float() in PyTorch",
    );
  };
  return { bits, dtype: undefined, read };
}

/** The elements' bytes at the start of a buffer of their own: files align as they like, typed arrays do not. */
function alignedCopy(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

function converted(bits: number, dtype: "f32" | "i32", one: ReadOne): ElementKind {
  const read: ElementKind["read"] = (bytes, origin, { rounding = "exact" }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const out = arrayFor(dtype, bytes.length / (bits / 8));
    for (let i = 0; i < out.length; i++) {
      const stored = one(view, (i * bits) / 8);
      const value = Number(stored); // beyond 2^53 not exact, and beyond i32 all the same
      const held = dtype === "i32" ? value | 0 : Math.fround(value);
      const mayRound = rounding === "nearest" && dtype === "f32" && Number.isFinite(held);
      if (!Object.is(held, value) && !mayRound) throw cannotHold(origin, dtype, stored, i);
      out[i] = held;
    }
    return out;
  };
  return { bits, dtype, read };
}

function cannotHold({ op, tensor }: Origin, dtype: DType, value: number | bigint, position: number): FormatError {
  const fix =
    dtype === "f32"
      ? 'allow it with { rounding: "nearest" }, or store 32-bit floats'
      : "store 32-bit whole numbers, or floats";
  return new FormatError(
    op,
    { tensor, position, value: String(value) },
    `${dtype} cannot hold this value exactly`,
    fix,
  );
}

function readBool(bytes: Uint8Array, { op, tensor }: Origin): Uint8Array {
  const position = bytes.findIndex((byte) => byte > 1);
  if (position === -1) return bytes.slice();
  throw new FormatError(op, { tensor, position, byte: bytes[position] }, "a truth value must be stored as 0 or 1");
}

/** bfloat16 is the upper half of a float32. */
function readBrainFloat(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
