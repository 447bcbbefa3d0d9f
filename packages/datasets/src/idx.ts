import { FormatError, assertBytes, assertString } from "@unfoldjs/tensor-core";
import { isGzip } from "./compressed.ts";

/** The typed arrays that an IDX file can hold. */
export type IdxArray = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The contents of an IDX file. */
export interface Idx {
  /** Sizes by axis, such as `[60000, 28, 28]`. */
  readonly shape: readonly number[];
  /** Elements in row-major order. Bytes are not copied: this is a view of what was parsed. */
  readonly data: IdxArray;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  read(view: DataView, count: number): IdxArray;
}

/** Element types by their code, the header's third byte; larger ones are big-endian. */
const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { name: "u8", bytes: 1, read: (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength) }],
  [0x09, { name: "i8", bytes: 1, read: (view) => new Int8Array(view.buffer, view.byteOffset, view.byteLength) }],
  [
    0x0b,
    {
      name: "i16",
      bytes: 2,
      read: (view, count) => Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i)),
    },
  ],
  [
    0x0c,
    {
      name: "i32",
      bytes: 4,
      read: (view, count) => Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i)),
    },
  ],
  [
    0x0d,
    {
      name: "f32",
      bytes: 4,
      read: (view, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i)),
    },
  ],
  [
    0x0e,
    {
      name: "f64",
      bytes: 8,
      read: (view, count) => Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i)),
    },
  ],
]);

const OP = "parseIdx";
const BROKEN = "the file is cut off or is not an IDX file: fetch it again";

/**
 * Reads an IDX file, the format of MNIST and its relatives: two zero bytes, the element type, the number of axes, a
 * big-endian 32-bit size for each, then the elements (LeCun, Cortes and Burges, "The MNIST database", file formats).
 *
 * @param bytes the whole file, not compressed: `gunzip` it first
 * @param file what errors call it
 * @throws FormatError that says what is wrong and where, if the bytes are cut off or contradict themselves
 */
export function parseIdx(bytes: Uint8Array, file = "the bytes given"): Idx {
  assertBytes(OP, "bytes", bytes);
  assertString(OP, "name", file);
  if (isGzip(bytes)) {
    throw new FormatError(
      OP,
      { file, bytes: bytes.length },
      "this file is compressed with gzip",
      "await gunzip(bytes) first",
    );
  }
  const [zero, alsoZero, code = 0, rank = 0] = bytes;
  const type = ELEMENT_TYPES.get(code);
  if (bytes.length < 4 || zero !== 0 || alsoZero !== 0 || type === undefined || rank === 0) {
    const codes = [...ELEMENT_TYPES].map(([known, { name }]) => `${known} for ${name}`).join(", ");
    throw new FormatError(
      OP,
      { file, bytes: bytes.length, firstBytes: [...bytes.subarray(0, 4)] },
      `an IDX file starts with 0, 0, an element type (${codes}) and the number of axes, at least 1`,
      BROKEN,
    );
  }
  const dataStart = 4 + 4 * rank;
  if (bytes.length < dataStart) {
    throw new FormatError(
      OP,
      { file, axes: rank, bytes: bytes.length },
      `the sizes of ${rank} axes take ${dataStart} bytes with the header`,
      BROKEN,
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, dataStart);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  const came = bytes.length - dataStart;
  if (came !== count * type.bytes) {
    throw new FormatError(
      OP,
      { file, shape, elements: type.name, needed: `${count * type.bytes} bytes`, came: `${came} bytes` },
      came < count * type.bytes ? "the file ends before its last element" : "the file goes on after its last element",
      BROKEN,
    );
  }
  return { shape, data: type.read(new DataView(bytes.buffer, bytes.byteOffset + dataStart, came), count) };
}
