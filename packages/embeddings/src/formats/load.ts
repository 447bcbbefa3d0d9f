import {
  assertFunction,
  assertOneOf,
  assertWhole,
  type Check,
  checkedLater,
  checkOptions,
  FormatError,
  fromArray,
  oneOf,
  scope,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { openSource, type ReadingOptions, type VectorSource } from "../sources/byte-source.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { ByteReader } from "./byte-reader.ts";
import { FASTTEXT_MAGIC, readFastText } from "./fasttext-binary.ts";
import { foreignVectors } from "./foreign.ts";
import { readKeyedVectors } from "./keyed-vectors.ts";
import { decimalOf, readText, type TextRules } from "./text.ts";
import { bytesOfFile, decodeVectors } from "./unfold.ts";
import { readWink } from "./wink.ts";
import { readWord2vecBinary } from "./word2vec-binary.ts";

/** What a file may be. `"keyed-vectors"` is what gensim's `KeyedVectors.save` writes. `"text"` is GloVe's, word2vec's and fastText's `.vec`: with a first line of two numbers or without. */
export type VectorFormat = "text" | "word2vec-binary" | "fasttext-binary" | "keyed-vectors" | "wink" | "unfold";

const FORMATS: readonly VectorFormat[] = [
  "text",
  "word2vec-binary",
  "fasttext-binary",
  "keyed-vectors",
  "wink",
  "unfold",
];

/** What `loadVectors` takes. */
export interface LoadOptions extends ReadingOptions, TextRules {
  /** The file's format; looked at if absent. */
  readonly format?: VectorFormat;
  /**
   * Of gensim's KeyedVectors: the file of the vectors, which ends in `.vectors.npy`. Looked for beside the file if `source` is a path
   * or an address.
   */
  readonly vectors?: VectorSource;
}

const atLeastOne: Check = (op, name, value) => assertWhole(op, name, value, 1);
const aSet: Check = (op, name, value) => {
  if (!(value instanceof Set)) throw wrongArgument(op, name, value, "a Set of words");
};
const aFormat: Check = (op, name, value) => assertOneOf(op, name, value, FORMATS);
const truth: Check = (op, name, value) => {
  if (typeof value !== "boolean") throw wrongArgument(op, name, value, "true or false");
};

/**
 * Words and vectors from a file of GloVe, word2vec, fastText or ours, also one that gzip compressed. It is read piece by piece:
 * what is in memory is the vectors, in the dtype asked for, and not the file. All of it is read, or there is an error and
 * nothing is left.
 * @param source a path in Node, an address, bytes, a `Blob` such as a `File`, or a stream
 * @throws NotFoundError, FileError; FormatError naming the line or the byte; the signal's reason
 */
export async function loadVectors(source: VectorSource, options: LoadOptions = {}): Promise<WordVectors> {
  const op = "loadVectors";
  checkOptions<LoadOptions>(op, options, {
    format: aFormat,
    vectors: checkedLater,
    storage: oneOf("f32", "f16", "i8"),
    limit: atLeastOne,
    only: aSet,
    duplicates: oneOf("first", "refuse"),
    header: truth,
    size: atLeastOne,
    invalidUtf8: oneOf("refuse", "replace"),
    onProgress: assertFunction,
    signal: aSignal,
  });
  const reader = new ByteReader(op, await openSource(op, source, options));
  try {
    const format = options.format ?? (await formatOf(reader));
    if (format === "word2vec-binary") return await readWord2vecBinary(reader, options);
    if (format === "fasttext-binary") return await readFastText(reader, options);
    if (format === "keyed-vectors") {
      const beside = (name: string): VectorSource | undefined =>
        (name === "vectors" ? options.vectors : undefined) ?? besideOf(source, name);
      return await readKeyedVectors(reader, beside, options);
    }
    if (format === "wink") return await readWink(reader, options);
    if (format === "unfold") return await readUnfold(reader, options);
    return await readText(reader, options);
  } finally {
    await reader.close();
  }
}

/** Where gensim puts an array that is in a file of its own. */
function besideOf(source: VectorSource, name: string): VectorSource | undefined {
  if (typeof source === "string") return `${source}.${name}.npy`;
  return source instanceof URL ? new URL(`${source.href}.${name}.npy`) : undefined;
}

/** Enough of a file to know what it is: the header and a word with numbers. */
const LOOKED_AT = 4096;

/** What the first bytes of a file say that it is. */
async function formatOf(reader: ByteReader): Promise<VectorFormat> {
  const first = await reader.peek(LOOKED_AT);
  // Protocols of pickles that name their protocol, and that first of a class's name or module.
  if (first[0] === 0x80 && (first[1] ?? 0) >= 2 && (first[1] ?? 6) <= 5) return "keyed-vectors";
  if (first.length >= 8) {
    const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
    if (view.getInt32(0, true) === FASTTEXT_MAGIC) return "fasttext-binary";
    if (first[8] === 0x7b && view.getUint32(4, true) === 0) return "unfold";
  }
  const begin = new TextDecoder().decode(first.subarray(0, 1024));
  if (begin.startsWith("{") && begin.includes('"dimensions":')) return "wink";
  const other = foreignVectors(reader.op, reader.name, first);
  if (other !== undefined) throw other;
  const newline = first.indexOf(0x0a);
  const header = new TextDecoder().decode(first.subarray(0, Math.max(newline, 0)));
  if (!/^\d+ \d+\s*$/.test(header)) return "text";
  return isLine(first.subarray(newline + 1), Number(header.trim().split(" ")[1])) ? "text" : "word2vec-binary";
}

/**
 * Whether bytes begin with a word and its numbers in characters. Words may be of any letters, and hold spaces; most of the last
 * `size` fields are numbers, even where a line is wrong. Of f32s none is.
 */
function isLine(bytes: Uint8Array, size: number): boolean {
  const end = bytes.indexOf(0x0a);
  const line = new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end));
  const fields = line
    .replace(/[ \t\r]+$/, "")
    .split(" ")
    .slice(1);
  if (end < 0 && fields.length > 1) fields.pop(); // a number may be cut
  const last = fields.slice(-size);
  const numbers = last.filter((field) => !Number.isNaN(decimalOf(field))).length;
  return numbers > 0 && 2 * numbers >= last.length;
}

async function readUnfold(reader: ByteReader, { limit, only, storage }: LoadOptions): Promise<WordVectors> {
  const most = await bytesOfFile(reader);
  // Where the head says nothing, that is what is wrong with the file.
  const bytes =
    most === undefined ? await reader.peek(LOOKED_AT) : await reader.rest("by its head no file", most, reader.size);
  let vectors: WordVectors;
  try {
    vectors = decodeVectors(bytes);
  } catch (error) {
    throw error instanceof FormatError ? error.calledAs(reader.op) : error;
  }
  const isWhole = limit === undefined && only === undefined;
  if (isWhole && (storage === undefined || storage === vectors.dtype)) return vectors;
  try {
    const kept = isWhole ? vectors : someOf(vectors, limit, only);
    if (storage === undefined || storage === kept.dtype) return kept;
    try {
      return kept.to(storage);
    } finally {
      if (kept !== vectors) kept.dispose();
    }
  } finally {
    vectors.dispose();
  }
}

/** The first words, or those that were wanted, with memory of their own. */
function someOf(vectors: WordVectors, limit = Infinity, only?: ReadonlySet<string>): WordVectors {
  const rows: number[] = [];
  for (const [row, word] of vectors.words.entries()) {
    if (rows.length >= limit) break;
    if (only === undefined || only.has(word)) rows.push(row);
  }
  const { words, counts, scales, subwords } = vectors;
  return scope(
    () =>
      new WordVectors(
        rows.map((row) => words[row] ?? ""),
        vectors.rows.indexSelect(0, fromArray(Int32Array.from(rows))),
        {
          counts: counts === undefined ? undefined : Int32Array.from(rows, (row) => counts[row] ?? 0),
          scales: scales === undefined ? undefined : Float32Array.from(rows, (row) => scales[row] ?? 0),
          subwords,
        },
      ),
  );
}
