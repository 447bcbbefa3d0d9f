import {
  assertOneOf,
  checkOptions,
  encodeNpy,
  FileError,
  inCall,
  type Check,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { writeFile } from "@unfoldjs/nn";
import { nodeFiles } from "../sources/byte-source.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { writeFastText } from "./fasttext-binary.ts";
import { keyedVectorsPickle } from "./keyed-vectors-pickle.ts";
import type { VectorFormat } from "./load.ts";
import { writeText } from "./text.ts";
import { encodeVectors } from "./unfold.ts";
import { writeWord2vecBinary } from "./word2vec-binary.ts";
import { assertWritable } from "./writable.ts";

/** How vectors are written: a format that `loadVectors` reads; `"glove"` and `"word2vec-text"` are without and with a header, `"keyed-vectors"` is two files. */
export type SaveFormat = Exclude<VectorFormat, "text" | "wink"> | "glove" | "word2vec-text";

/** What `saveVectors` takes. */
export interface SaveOptions {
  /** Default `"unfold"`, the smallest and quickest. */
  readonly format?: SaveFormat;
  /** Compresses the file by gzip. Default false. */
  readonly gzip?: boolean;
}

const IN_ONE: readonly SaveFormat[] = ["unfold", "glove", "word2vec-text", "word2vec-binary", "fasttext-binary"];
const FORMATS: readonly SaveFormat[] = [...IN_ONE, "keyed-vectors"];
const aFormat: Check = (op, name, value) => assertOneOf(op, name, value, FORMATS);
const truth: Check = (op, name, value) => {
  if (typeof value !== "boolean") throw wrongArgument(op, name, value, "true or false");
};

/**
 * The bytes of a file of word vectors, piece by piece: for a `Blob` in a page (`new Blob([...vectorBytes(vectors, "glove")])`), or a stream.
 * @throws FormatError on a word that the format cannot hold
 */
export function vectorBytes(
  vectors: WordVectors,
  format: Exclude<SaveFormat, "keyed-vectors"> = "unfold",
): Generator<Uint8Array<ArrayBuffer>> {
  checkVectors("vectorBytes", vectors);
  assertOneOf("vectorBytes", "format", format, IN_ONE);
  return bytesOf("vectorBytes", vectors, format);
}

/** Pieces are made one after the other: what goes wrong in one is said of the function that was called. */
function* bytesOf(op: string, vectors: WordVectors, format: SaveFormat): Generator<Uint8Array<ArrayBuffer>> {
  const pieces = piecesOf(vectors, format);
  for (;;) {
    const { done, value } = inCall(op, () => pieces.next());
    if (done === true) return;
    yield value;
  }
}

function* piecesOf(vectors: WordVectors, format: SaveFormat): Generator<Uint8Array<ArrayBuffer>, void> {
  if (format === "unfold") {
    yield encodeVectors(vectors);
    return;
  }
  const end = format === "fasttext-binary" ? "\0" : "";
  assertWritable("saveVectors", vectors.words, end, "this format ends a word with U+0000, and words cannot hold it");
  if (format === "word2vec-binary") yield* writeWord2vecBinary(vectors);
  else if (format === "fasttext-binary") yield* writeFastText(vectors);
  else yield* writeText(vectors, format === "word2vec-text");
}

/**
 * Writes vectors to a file, in Node. It has its name only once it is whole: an error, or `kill -9`, leaves what was there before.
 * @throws FileError if it cannot be written; FormatError on a word that the format cannot hold
 */
export async function saveVectors(vectors: WordVectors, path: string | URL, options: SaveOptions = {}): Promise<void> {
  const op = "saveVectors";
  checkVectors(op, vectors);
  if (typeof path !== "string" && !(path instanceof URL)) throw wrongArgument(op, "path", path, "the path of a file");
  checkOptions<SaveOptions>(op, options, { format: aFormat, gzip: truth });
  if (nodeFiles() === undefined)
    throw new FileError(
      op,
      { path: String(path) },
      "there are no files to write to from here",
      "new Blob([...vectorBytes(vectors)])",
    );
  if (options.format === "keyed-vectors") {
    if (options.gzip === true) {
      throw wrongArgument(
        op,
        "gzip",
        true,
        "left out",
        "gensim compresses neither of its two files in a way that others read",
      );
    }
    await saveKeyedVectors(op, vectors, path);
    return;
  }
  const bytes = bytesOf(op, vectors, options.format ?? "unfold");
  await writeFile(path, gathered(options.gzip === true ? zipped(bytes) : bytes), op);
}

/** The vectors first: a pickle that is there has its vectors beside it. */
async function saveKeyedVectors(op: string, vectors: WordVectors, path: string | URL): Promise<void> {
  assertWritable(op, vectors.words, "", "");
  const beside = typeof path === "string" ? `${path}.vectors.npy` : new URL(`${path.href}.vectors.npy`);
  const inFloats = vectors.dtype === "f32" ? vectors : inCall(op, () => vectors.to("f32"));
  try {
    await writeFile(beside, gathered([inCall(op, () => encodeNpy(inFloats.rows))]), op);
  } finally {
    if (inFloats !== vectors) inFloats.dispose();
  }
  await writeFile(path, gathered([keyedVectorsPickle(vectors)]), op);
}

const AT_ONCE = 1 << 20;

/** Small pieces together, so that each write is worth it. */
async function* gathered(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const waiting = new Uint8Array(AT_ONCE);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled + piece.length > AT_ONCE) {
      if (filled > 0) yield waiting.subarray(0, filled);
      filled = 0;
    }
    if (piece.length > AT_ONCE) {
      yield piece;
      continue;
    }
    waiting.set(piece, filled);
    filled += piece.length;
  }
  if (filled > 0) yield waiting.subarray(0, filled);
}

async function* zipped(pieces: Iterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array> {
  const source = pieces[Symbol.iterator]();
  const stream = new ReadableStream<BufferSource>({
    pull(controller) {
      const { done, value } = source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
  const reader = stream.pipeThrough(new CompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function checkVectors(op: string, vectors: unknown): asserts vectors is WordVectors {
  if (!(vectors instanceof WordVectors)) throw wrongArgument(op, "vectors", vectors, "WordVectors");
}
