import { FormatError } from "../errors/index.ts";
import type { DType, HeapArrayOf } from "../types/dtype.ts";
import { checkOptions, oneOf } from "../arguments/options.ts";

/** How elements get read. */
export interface ReadOptions {
  /**
   * What becomes of a 64-bit float that f32 cannot hold exactly: `"nearest"` (the default) rounds it, `"exact"` makes it an
   * error. A finite number beyond f32's range is an error in either case; whole numbers are never rounded, and nothing is
   * clipped.
   */
  readonly rounding?: "nearest" | "exact";
  /**
   * What becomes of elements in dtypes for storage: `"widen"` (the default) makes numbers to compute with, f32 of f16 and
   * bf16, i32 of i8, each of them exact; `"keep"` leaves them as they are, in half or a quarter of the memory.
   */
  readonly storage?: "widen" | "keep";
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
  /** Bits of one; `undefined` if they are not all equally long. */
  readonly bits: number | undefined;
  /** What it is read as; `undefined` if nothing here can hold it. */
  readonly dtype: DType | undefined;
  /** The dtype that has arithmetic and holds every value of `dtype`, where `dtype` is for storage. */
  readonly wide?: DType;
  /** Little-endian elements as they lie in the heap. @throws FormatError on a value that `dtype` cannot hold */
  read(bytes: Uint8Array, origin: Origin, options: ReadOptions): HeapArrayOf[DType];
  /** The same elements where they lie, uncopied, if these bytes can be looked at so: for who copies them into the heap. */
  lend?(bytes: Uint8Array): HeapArrayOf[DType] | undefined;
}

/** @throws ValueError on what are no options of reading */
export function assertReadOptions(op: string, options: ReadOptions): void {
  checkOptions(op, options, { rounding: oneOf("nearest", "exact"), storage: oneOf("widen", "keep") });
}

export type ElementKindName = DType | "f64" | "i16" | "u16" | "u32" | "i64" | "u64";

type ReadOne = (view: DataView, at: number) => number | bigint;

/** Kinds by neutral names; file formats map their own onto these. */
export const ELEMENT_KINDS: Readonly<Record<ElementKindName, ElementKind>> = {
  f32: { bits: 32, dtype: "f32", ...asTheyLie(Float32Array) },
  i32: { bits: 32, dtype: "i32", ...asTheyLie(Int32Array) },
  u8: { bits: 8, dtype: "u8", read: copyOf },
  bool: { bits: 8, dtype: "bool", read: readBool },
  f16: { bits: 16, dtype: "f16", wide: "f32", ...asTheyLie(Uint16Array) },
  bf16: { bits: 16, dtype: "bf16", wide: "f32", ...asTheyLie(Uint16Array) },
  i8: { bits: 8, dtype: "i8", wide: "i32", ...asTheyLie(Int8Array) },
  f64: { bits: 64, dtype: "f32", read: readDoubles },
  i16: whole(16, (view, at) => view.getInt16(at, true)),
  u16: whole(16, (view, at) => view.getUint16(at, true)),
  u32: whole(32, (view, at) => view.getUint32(at, true)),
  i64: whole(64, (view, at) => short(view, at) ?? view.getBigInt64(at, true)),
  u64: whole(64, (view, at) => short(view, at) ?? view.getBigUint64(at, true)),
};

/** A class of elements that lie in files as they do in the heap. */
interface ElementsClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, start?: number, length?: number): HeapArrayOf[DType];
}

function asTheyLie(Elements: ElementsClass): Pick<ElementKind, "read" | "lend"> {
  const size = Elements.BYTES_PER_ELEMENT;
  return {
    read: (bytes) => new Elements(alignedCopy(bytes)),
    lend: ({ buffer, byteOffset, length }) =>
      byteOffset % size === 0 ? new Elements(buffer, byteOffset, length / size) : undefined,
  };
}

/** A kind of which a byte stands for one of 256 numbers, each an f32. */
export function byteKind(numberOf: (byte: number) => number): ElementKind {
  let numbers: Float32Array | undefined;
  const read: ElementKind["read"] = (bytes) => {
    const all = (numbers ??= Float32Array.from({ length: 256 }, (_, byte) => numberOf(byte)));
    const out = new Float32Array(bytes.length);
    for (let i = 0; i < out.length; i++) out[i] = all[bytes[i] ?? 0] ?? NaN;
    return out;
  };
  return { bits: 8, dtype: "f32", read };
}

/**
 * A kind that files may hold and no dtype can: it is refused when it is asked for, and the rest of the file can be read.
 * @param what the elements are, in the plural
 */
export function unreadable(storedAs: string, bits: number | undefined, what: string, fix: string): ElementKind {
  const read: ElementKind["read"] = (_bytes, { op, tensor }) => {
    throw new FormatError(op, { tensor, storedAs }, `${what} cannot be read`, fix);
  };
  return { bits, dtype: undefined, read };
}

/** A kind whose bytes come in the other order. */
export function bigEndian(kind: ElementKind): ElementKind {
  const itemBytes = (kind.bits ?? 8) / 8;
  const read: ElementKind["read"] = (bytes, origin, options) => {
    const last = itemBytes - 1;
    const turned = bytes.map((_, at) => bytes[at + last - 2 * (at % itemBytes)] ?? 0);
    return kind.read(turned, origin, options);
  };
  return { bits: kind.bits, dtype: kind.dtype, ...(kind.wide !== undefined && { wide: kind.wide }), read };
}

/** The elements' bytes at the start of a buffer of their own: files align as they like, typed arrays do not. */
function alignedCopy(bytes: Uint8Array): ArrayBuffer {
  return copyOf(bytes).buffer;
}

/** Not `slice`: that of Node's `Buffer`, which `readFile` gives, is a view of the file. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Whole numbers of a kind that may be wider than i32. */
function whole(bits: number, one: ReadOne): ElementKind {
  const read: ElementKind["read"] = (bytes, origin) => {
    const view = viewOf(bytes);
    const out = new Int32Array(bytes.length / (bits / 8));
    for (let i = 0; i < out.length; i++) {
      const stored = one(view, (i * bits) / 8);
      const value = Number(stored); // beyond 2^53 not exact, and beyond i32 all the same
      out[i] = value;
      if (out[i] !== value) {
        throw cannotHold(origin, stored, i, "i32 cannot hold this value", "store 32-bit whole numbers, or floats");
      }
    }
    return out;
  };
  return { bits, dtype: "i32", read };
}

/** A 64-bit whole number from 0 up, if it is an i32: most are, and need no BigInt. */
function short(view: DataView, at: number): number | undefined {
  const lower = view.getInt32(at, true);
  return view.getInt32(at + 4, true) === 0 && lower >= 0 ? lower : undefined;
}

function readDoubles(bytes: Uint8Array, origin: Origin, { rounding = "nearest" }: ReadOptions): Float32Array {
  const view = viewOf(bytes);
  const out = new Float32Array(bytes.length / 8);
  for (let i = 0; i < out.length; i++) {
    const value = view.getFloat64(8 * i, true);
    const held = Math.fround(value);
    out[i] = held;
    if (Object.is(held, value)) continue;
    if (!Number.isFinite(held)) {
      throw cannotHold(
        origin,
        value,
        i,
        "f32, which ends at 3.4e38, cannot hold this value",
        "scale the numbers first",
      );
    }
    if (rounding === "exact") {
      const fix = 'allow rounding with { rounding: "nearest" }, or store 32-bit floats';
      throw cannotHold(origin, value, i, "f32 cannot hold this value exactly", fix);
    }
  }
  return out;
}

function cannotHold(
  { op, tensor }: Origin,
  value: number | bigint,
  position: number,
  rule: string,
  fix: string,
): FormatError {
  return new FormatError(op, { tensor, position, value: String(value) }, rule, fix);
}

function readBool(bytes: Uint8Array, { op, tensor }: Origin): Uint8Array {
  const position = bytes.findIndex((byte) => byte > 1);
  if (position === -1) return copyOf(bytes);
  throw new FormatError(op, { tensor, position, byte: bytes[position] }, "a truth value must be stored as 0 or 1");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
