import { DTypeError, ValueError } from "../errors/index.ts";
import { borrow } from "../create/convert.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import type { ReadOptions } from "./element-kind.ts";
import { LENGTH_BYTES, METADATA, parseHeader } from "./safetensors-header.ts";
import { type StoredTensor, storedTensor } from "./stored-tensor.ts";
import { assertPlain, assertBytes } from "../arguments/checks.ts";
import { assertReadOptions } from "./element-kind.ts";
import { assertNamedTensors } from "../tensor/assert-tensor.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** In the order of the data. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The data starts at a multiple of this, so that a mapped file can be read in place. */
const ALIGNMENT = 8;

/** In the order of the reference implementation, which puts larger alignments first. */
const STORED_AS: Readonly<Record<DType, string>> = {
  f32: "F32",
  i32: "I32",
  bf16: "BF16",
  f16: "F16",
  i8: "I8",
  u8: "U8",
  bool: "BOOL",
};
const ORDER: readonly string[] = Object.keys(STORED_AS);

/**
 * The bytes of a safetensors file. The same tensors give the same bytes, whatever the order of the record: by dtype,
 * then by name, as the reference implementation has it.
 *
 * @param tensors by name, such as a state dict
 * @param metadata texts that go along; anything structured as JSON text
 * @throws ValueError if a tensor is called `__metadata__`, DTypeError if metadata is not text
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor<Shape, DType>>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  assertNamedTensors("encodeSafetensors", tensors);
  assertPlain("encodeSafetensors", "metadata", metadata, "an object of texts");
  const named = Object.entries(tensors).toSorted(
    ([nameA, a], [nameB, b]) => ORDER.indexOf(a.dtype) - ORDER.indexOf(b.dtype) || (nameA < nameB ? -1 : 1),
  );
  const fields = metadataField(metadata);
  let end = 0;
  for (const [name, tensor] of named) {
    if (name === METADATA)
      throw new ValueError("encodeSafetensors", { name }, "this name is kept for the file's metadata");
    const begin = end;
    end += tensor.size * ITEM_SIZE[tensor.dtype];
    const entry = { dtype: STORED_AS[tensor.dtype], shape: tensor.shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(header, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerLength);
  let at = LENGTH_BYTES + headerLength;
  for (const [, tensor] of named) {
    borrow(tensor, (view) => bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at));
    at += tensor.size * ITEM_SIZE[tensor.dtype];
  }
  return bytes;
}

function metadataField(metadata: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(metadata);
  for (const [key, value] of entries) {
    if (typeof value === "string") continue;
    throw new DTypeError(
      "encodeSafetensors",
      { key, came: typeof value },
      "metadata holds texts only",
      "use JSON.stringify(value)",
    );
  }
  if (entries.length === 0) return [];
  const texts = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return [`"${METADATA}":{${texts.join(",")}}`];
}

/**
 * Opens the bytes of a safetensors file. Names, shapes and offsets are checked at once; elements are read, without
 * keeping them, each time they are asked for. Types that no dtype has are converted: F64 is rounded to f32 (an error only
 * where it is finite and beyond f32's range), F8 becomes f32 exactly, whole numbers become i32 if every value fits. F16 and
 * BF16 become f32 and I8 i32, exactly, unless `storage: "keep"` asks for them as they are.
 *
 * @param bytes the whole file; it is not copied
 * @throws FormatError that says what is wrong and where, if the bytes are cut off or contradict themselves
 */
export function decodeSafetensors(bytes: Uint8Array, options: ReadOptions = {}): Safetensors {
  assertBytes("decodeSafetensors", "bytes", bytes);
  assertReadOptions("decodeSafetensors", options);
  const { entries, metadata, dataStart } = parseHeader(bytes);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, storedAs, kind, shape, begin, end } of entries.toSorted((a, b) => a.begin - b.begin)) {
    const data = bytes.subarray(dataStart + begin, dataStart + end);
    tensors.set(
      name,
      storedTensor({ storedAs, kind, shape, bytes: data }, { op: "decodeSafetensors", tensor: name }, options),
    );
  }
  return { tensors, metadata };
}
