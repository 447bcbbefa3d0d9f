import {
  assertBytes,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  fromArray,
  inCall,
  isUnfoldError,
  scope,
  type Shape,
  type Tensor,
  type DType,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { foreignVectors } from "./foreign.ts";
import { Subwords } from "../subwords/subwords.ts";
import type { Rows, Storage } from "../vectors/row-store.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { assertWritable } from "./writable.ts";

/** The key of the metadata that makes a safetensors file one of word vectors. */
const METADATA_KEY = "unfold.vectors";
const VERSION = 1;
const OP = "decodeVectors";

/** What the metadata says. */
interface VectorsMetadata {
  readonly version: number;
  readonly subwords?: { readonly minLength: number; readonly maxLength: number };
}

/**
 * The bytes of our own file: safetensors with the tensors `vectors` (words, size), in the dtype that they are stored in,
 * `words` (the words' UTF-8, a line break between), `lengths` (words), and where there are any `scales`, `counts` and
 * `subwords`. Any program that reads safetensors reads it.
 * @throws FormatError on a word with a line break, or with half of a letter
 */
export function encodeVectors(vectors: WordVectors): Uint8Array<ArrayBuffer> {
  if (!(vectors instanceof WordVectors)) throw wrongArgument("encodeVectors", "vectors", vectors, "WordVectors");
  assertWritable("encodeVectors", vectors.words, "\n", "the file cannot hold words with line breaks");
  return inCall("encodeVectors", () =>
    scope(() => {
      const { counts, scales, subwords } = vectors;
      const tensors: Record<string, Tensor<Shape, DType>> = {
        vectors: vectors.rows,
        words: fromArray(new TextEncoder().encode(vectors.words.join("\n"))),
        lengths: fromArray(vectors.lengths()),
        ...(scales === undefined ? {} : { scales: fromArray(scales) }),
        ...(counts === undefined ? {} : { counts: fromArray(counts) }),
        ...(subwords === undefined ? {} : { subwords: subwords.rows }),
      };
      const metadata: VectorsMetadata = {
        version: VERSION,
        ...(subwords === undefined
          ? {}
          : { subwords: { minLength: subwords.options.minLength, maxLength: subwords.options.maxLength } }),
      };
      return encodeSafetensors(tensors, { [METADATA_KEY]: JSON.stringify(metadata) });
    }),
  );
}

/** Word vectors from the bytes that `encodeVectors` gave, in the dtype that they were stored in. @throws FormatError */
export function decodeVectors(bytes: Uint8Array): WordVectors {
  assertBytes(OP, "bytes", bytes);
  const { tensors, metadata } = readSafetensors(bytes);
  const about = metadataOf(metadata);
  const get = (name: string, ...dtypes: readonly string[]): Tensor<Shape, DType> | undefined => {
    const stored = tensors.get(name);
    if (stored === undefined) return undefined;
    if (stored.dtype !== undefined && dtypes.includes(stored.dtype)) return stored.tensor();
    throw wrong(`its tensor ${name} must be ${dtypes.join(" or ")}`, { dtype: stored.storedAs });
  };
  return scope(() => {
    const rows = get("vectors", "f32", "f16", "i8") as Rows | undefined;
    const text = get("words", "u8");
    if (rows === undefined || text === undefined)
      throw wrong("it must hold the tensors vectors and words", { tensors: [...tensors.keys()].join(", ") });
    const words = wordsFrom(text.data() as Uint8Array, rows.shape[0] ?? 0);
    const floats = (name: string): Float32Array | undefined => get(name, "f32")?.data() as Float32Array | undefined;
    const counts = get("counts", "i32")?.data() as Int32Array | undefined;
    const grams = get("subwords", "f32", "f16") as Tensor<Shape, "f32" | "f16"> | undefined;
    const subwords =
      grams === undefined || about.subwords === undefined ? undefined : new Subwords(grams, about.subwords);
    try {
      return new WordVectors(words, rows, {
        counts,
        scales: floats("scales"),
        lengths: floats("lengths"),
        subwords,
      });
    } catch (cause) {
      throw wrong("its parts do not fit together", { problem: String(cause) }, cause);
    } finally {
      subwords?.dispose();
    }
  });
}

/** The words of a list in UTF-8, a line break between. @throws FormatError unless there are as many as vectors */
export function wordsFrom(bytes: Uint8Array, count: number, op: string = OP): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw wrong("its words are not UTF-8", { bytes: bytes.length }, cause).calledAs(op);
  }
  const words = text === "" && count === 0 ? [] : text.split("\n");
  if (words.length === count) return words;
  throw wrong("there must be one word for each vector", { words: words.length, vectors: count }).calledAs(op);
}

/** @throws FormatError unless it is a file of vectors that this version reads */
function metadataOf(metadata: Readonly<Record<string, string>>, op: string = OP): VectorsMetadata {
  const text = metadata[METADATA_KEY];
  if (typeof text !== "string")
    throw wrong("this safetensors file holds no word vectors", { metadata: Object.keys(metadata).join(", ") }).calledAs(
      op,
    );
  let about: unknown;
  try {
    about = JSON.parse(text);
  } catch (cause) {
    throw wrong("its metadata is no JSON", { metadata: text.slice(0, 60) }, cause).calledAs(op);
  }
  if (typeof about !== "object" || about === null || !("version" in about) || about.version !== VERSION)
    throw wrong(`files of version ${VERSION} can be read`, { metadata: text.slice(0, 60) }).calledAs(op);
  return about as VectorsMetadata;
}

function readSafetensors(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes, { storage: "keep" });
  } catch (error) {
    throw error instanceof FormatError ? error.calledAs(OP) : error;
  }
}

function wrong(
  rule: string,
  came: Readonly<Record<string, string | number>>,
  cause?: unknown,
  fix?: string,
): FormatError {
  return new FormatError(OP, came, rule, fix, { cause });
}

/** Where a tensor lies in a file. */
export interface HeadTensor {
  readonly dtype: Storage | "u8";
  readonly itemSize: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes of the file. */
  readonly start: number;
  readonly end: number;
}

const KINDS: ReadonlyMap<unknown, readonly [dtype: HeadTensor["dtype"], itemSize: number]> = new Map([
  ["F32", ["f32", 4]],
  ["F16", ["f16", 2]],
  ["I8", ["i8", 1]],
  ["U8", ["u8", 1]],
] as const);
/** As safetensors' own. */
const LONGEST_HEAD = 100_000_000;

/**
 * Where words and vectors lie in one of our files, by its head alone.
 * @param read bytes of the file @throws FormatError
 */
export async function readHead(
  op: string,
  file: string,
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<{ readonly vectors: HeadTensor; readonly words: HeadTensor; readonly scales: HeadTensor | undefined }> {
  const refuse = (rule: string, came: Readonly<Record<string, string | number>> = {}): FormatError =>
    wrong(rule, came).calledAs(op);
  if (size < 8) throw refuse("the file is too short to be one", { bytes: size });
  const first = await read(0, 8);
  const length = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true));
  if (length > LONGEST_HEAD || 8 + length > size) {
    const other = foreignVectors(op, file, await read(0, Math.min(size, 256)));
    if (other !== undefined) throw other;
    const fix = "loadVectors reads other formats, and saveVectors writes ours, which can be opened";
    throw wrong("the file is cut off or is no safetensors file", { file, bytes: size }, undefined, fix).calledAs(op);
  }
  let head: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await read(8, 8 + length)));
  } catch (cause) {
    throw isUnfoldError(cause) ? cause : refuse("its head is no JSON", { problem: String(cause) });
  }
  if (typeof head !== "object" || head === null) throw refuse("its head is no object", { bytes: length });
  metadataOf((head["__metadata__"] ?? {}) as Readonly<Record<string, string>>, op);
  const place = (name: string, rank: number, ...dtypes: readonly string[]): HeadTensor => {
    const { dtype, shape, data_offsets: offsets } = head[name] ?? {};
    const [kind, itemSize] = KINDS.get(dtype) ?? ["", 0];
    if (kind === "" || !dtypes.includes(kind))
      throw refuse(`its tensor ${name} must be ${dtypes.join(" or ")}`, { dtype: String(dtype) });
    const [rows = -1, columns = 1] = wholeNumbers(shape, rank);
    const [begin = -1, end = -1] = wholeNumbers(offsets, 2);
    if (rows < 0 || end - begin !== rows * columns * itemSize || 8 + length + end > size)
      throw refuse(`its tensor ${name} does not lie within the file`, {
        shape: String(shape),
        offsets: String(offsets),
        bytes: size,
      });
    return { dtype: kind, itemSize, rows, columns, start: 8 + length + begin, end: 8 + length + end };
  };
  const vectors = place("vectors", 2, "f32", "f16", "i8");
  const scales = vectors.dtype === "i8" ? place("scales", 1, "f32") : undefined;
  if (scales !== undefined && scales.rows !== vectors.rows)
    throw refuse("there must be as many scales as vectors", { scales: scales.rows });
  return { vectors, words: place("words", 1, "u8"), scales };
}

/** The most that 32-bit addresses of the core reach. */
const MOST_BYTES = 2 ** 32;

/** How many bytes one of our files has by its head; undefined where that says nothing. @throws FormatError if none could be read */
export async function bytesOfFile(reader: ByteReader): Promise<number | undefined> {
  const first = await reader.peek(8);
  if (first.length < 8) return undefined;
  const length = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true));
  if (length > LONGEST_HEAD) return undefined;
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode((await reader.peek(8 + length)).subarray(8)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const ends = Object.values(head ?? {}).map((entry: unknown) => {
    const { data_offsets: offsets } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    return wholeNumbers(offsets, 2)[1] ?? 0;
  });
  const bytes = 8 + length + ends.reduce((most, end) => Math.max(most, end), 0);
  if (bytes <= MOST_BYTES) return bytes;
  throw reader.wrong("the file does not fit into memory", "openVectors(file) reads single words", { bytes });
}

/** So many whole numbers from 0 up; none if it is something else. */
function wholeNumbers(came: unknown, length: number): readonly number[] {
  if (!Array.isArray(came) || came.length !== length) return [];
  return came.every((each) => Number.isSafeInteger(each) && (each as number) >= 0) ? (came as readonly number[]) : [];
}
