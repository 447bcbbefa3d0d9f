import { FormatError } from "../errors/index.ts";
import { borrow } from "../create/convert.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { ReadOptions } from "./element-kind.ts";
import { MAGIC, type NpySource, parseNpyHeader } from "./npy-header.ts";
import { BRAIN_FLOAT } from "./npy-kind.ts";
import { elementsOf, type StoredTensor, storedTensor } from "./stored-tensor.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertBytes } from "../arguments/checks.ts";
import { assertReadOptions } from "./element-kind.ts";

const DESCR: Readonly<Record<DType, string>> = {
  f32: "<f4",
  i32: "<i4",
  u8: "|u1",
  bool: "|b1",
  f16: "<f2",
  bf16: BRAIN_FLOAT,
  i8: "|i1",
};

/** Elements start at a multiple of this (NEP 1, as of version 2.0 of the format). */
const ALIGNMENT = 64;
/** Magic, version 1.0 and a 16-bit length. */
const PREFIX_BYTES = MAGIC.length + 4;

/**
 * The bytes of an .npy file, version 1.0, in row-major order, as `numpy.save` writes them. NumPy has no bfloat16 of its own:
 * bf16 is written as it writes that of ml_dtypes, and comes back from `numpy.load(file).view(ml_dtypes.bfloat16)`.
 */
export function encodeNpy(tensor: Tensor<Shape, DType>): Uint8Array<ArrayBuffer> {
  assertTensor("encodeNpy", "tensor", tensor);
  const shape = tensor.rank === 1 ? `(${tensor.shape[0]},)` : `(${tensor.shape.join(", ")})`;
  const dictionary = `{'descr': '${DESCR[tensor.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  const dataStart = Math.ceil((PREFIX_BYTES + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(dataStart + tensor.size * ITEM_SIZE[tensor.dtype]);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(PREFIX_BYTES - 2, dataStart - PREFIX_BYTES, true);
  const text = `${dictionary.padEnd(dataStart - PREFIX_BYTES - 1)}\n`;
  bytes.set(new TextEncoder().encode(text), PREFIX_BYTES);
  borrow(tensor, (view) => bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), dataStart));
  return bytes;
}

/**
 * Opens the bytes of an .npy file: floats, whole numbers and truth values, in either byte order, row- or column-major, and
 * bfloat16 as ml_dtypes has it. What no dtype has is converted as `decodeSafetensors` says. Complex numbers, texts, dates,
 * objects and records are refused by name when their elements are asked for.
 *
 * @param bytes the whole file; it is not copied
 * @throws FormatError that says what is wrong, if the bytes are cut off or contradict themselves
 */
export function decodeNpy(bytes: Uint8Array, options: ReadOptions = {}): StoredTensor {
  assertBytes("decodeNpy", "bytes", bytes);
  assertReadOptions("decodeNpy", options);
  return readNpy(bytes, { op: "decodeNpy", file: "the array" }, options);
}

/** `decodeNpy` for bytes that came from somewhere else, such as an archive. */
export function readNpy(bytes: Uint8Array, source: NpySource, options: ReadOptions): StoredTensor {
  const { descr, kind, columnMajor, shape, dataStart } = parseNpyHeader(bytes, source);
  const { op, file } = source;
  const data = bytes.subarray(dataStart);
  const needed = kind.bits === undefined ? data.length : (elementsOf(shape) * kind.bits) / 8;
  if (data.length !== needed) {
    throw new FormatError(
      op,
      { file, shape, descr, needed: `${needed} bytes`, came: `${data.length} bytes` },
      "the elements do not fill the shape",
      data.length < needed
        ? "the file is cut off: save it again"
        : "one file holds one array: use numpy.savez for several",
    );
  }
  return storedTensor({ storedAs: descr, kind, shape, bytes: data, columnMajor }, { op, tensor: file }, options);
}
