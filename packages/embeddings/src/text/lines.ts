import type fileSystem from "node:fs";
import type streams from "node:stream";
import type compression from "node:zlib";
import {
  assertFunction,
  assertString,
  checkOptions,
  FileError,
  FormatError,
  NotFoundError,
  type OptionChecks,
  ValueError,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** How far a file was read. */
export interface LinesProgress {
  /** Bytes of the file, as it is stored. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly lines: number;
  /** Words as spaces part them. */
  readonly words: number;
  readonly wordsPerSecond: number;
  /** Estimated. */
  readonly secondsLeft: number;
}

export interface LinesOptions {
  /** Called about ten times a second, and at the end. */
  readonly onProgress?: (progress: LinesProgress) => void;
  readonly signal?: AbortSignal;
}

export const LINES_CHECKS: OptionChecks<LinesOptions> = {
  onProgress: assertFunction,
  signal: aSignal,
};

/** Milliseconds between two reports. */
const BETWEEN = 100;
/** Bytes that are read at once: few, so that their text is small enough to be collected early. */
const PIECE = 1 << 15;
/** A line of more characters is no line of text. */
const LONGEST = 1 << 26;

/**
 * The lines of a text file of any size, one after the other, in constant memory. Files that end in .gz and .zst are read as what
 * is in them (the latter in Node ≥ 22.15). Node only.
 * @throws NotFoundError if there is none, FileError if it cannot be read, FormatError if it is cut or not UTF-8, what the signal says if it is aborted
 *
 * @example
 * for await (const line of lines("reviews.txt.gz")) console.log(words(line, { lowerCase: true })); // `lineSentences` gives these
 */
export function lines(path: string, options: LinesOptions = {}): AsyncGenerator<string, void, undefined> {
  assertString("lines", "path", path);
  checkOptions<LinesOptions>("lines", options, LINES_CHECKS);
  return read(path, options);
}

async function* read(path: string, { onProgress, signal }: LinesOptions): AsyncGenerator<string, void, undefined> {
  const { fs, stream, zlib } = node();
  let totalBytes: number;
  try {
    totalBytes = fs.statSync(path).size;
  } catch (error) {
    const found = String((error as { readonly code?: unknown }).code ?? error);
    const [Class, rule] =
      found === "ENOENT" ? [NotFoundError, "there is no such file"] : [FileError, "the file cannot be read"];
    throw new Class("lines", { path, found }, rule, undefined, { cause: error });
  }
  const pieces = path.endsWith(".gz")
    ? unzipped(path, fs, zlib)
    : path.endsWith(".zst")
      ? unpacked(path, plain(path, fs), stream, zlib)
      : plain(path, fs);
  const began = performance.now();
  let [last, count, words] = [began, 0, 0];
  const report = (): void => {
    last = performance.now();
    const seconds = Math.max((last - began) / 1000, 1e-6);
    const bytes = pieces.bytesRead();
    const secondsLeft = bytes > 0 ? ((totalBytes - bytes) * seconds) / bytes : Infinity;
    onProgress?.({ bytes, totalBytes, lines: count, words, wordsPerSecond: words / seconds, secondsLeft });
  };
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  const told = function* (found: readonly string[]): Generator<string> {
    for (const line of found) {
      const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
      count++;
      if (onProgress !== undefined) words += whole.match(/\S+/gu)?.length ?? 0;
      yield whole;
    }
  };
  for await (const bytes of named(pieces.all, path, () => count + 1)) {
    signal?.throwIfAborted();
    const piece = decoded(decoder, path, count, bytes);
    // A long line is looked through once, and not anew with each piece.
    const found = piece.includes("\n") ? (rest + piece).split("\n") : [];
    rest = found.pop() ?? rest + piece;
    if (rest.length > LONGEST) {
      throw new FormatError(
        "lines",
        { path, line: count + 1 },
        `a line has more than ${LONGEST} characters: this is no text in lines`,
      );
    }
    yield* told(found);
    if (performance.now() - last >= BETWEEN) report();
  }
  rest += decoded(decoder, path, count);
  if (rest !== "") yield* told([rest]);
  report();
}

/** The same pieces. What is wrong with the file is said by its name; what whoever uses them throws does not pass by here. */
async function* named(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
  line: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* pieces;
  } catch (error) {
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    if (typeof code !== "string" || error instanceof FormatError) throw error;
    if (code.startsWith("Z_") || code.startsWith("ZSTD") || code === "ERR_ZSTD") {
      throw new FormatError("lines", { path, line: line(), found: code }, "the file is damaged, or cut", undefined, {
        cause: error,
      });
    }
    throw new FileError("lines", { path, found: code }, "the file cannot be read", undefined, { cause: error });
  }
}

/** Bytes of a file piece by piece, each until the next is asked for, and how much of the file was read for them. */
interface FilePieces {
  readonly all: AsyncIterable<Uint8Array>;
  bytesRead(): number;
}

/** A file as it is, by way of one buffer: streams give a new one each time, which are collected late. */
function plain(path: string, fs: typeof fileSystem): FilePieces {
  let soFar = 0;
  async function* all(): AsyncGenerator<Uint8Array> {
    const handle = await fs.promises.open(path, "r");
    try {
      const buffer = new Uint8Array(PIECE);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, PIECE, null);
        if (bytesRead === 0) return;
        soFar += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
  return { all: all(), bytesRead: () => soFar };
}

function unzipped(path: string, fs: typeof fileSystem, zlib: typeof compression): FilePieces {
  const file = fs.createReadStream(path);
  const stream = file.pipe(zlib.createGunzip());
  // An error of the file does not reach what it is piped into.
  file.on("error", (error: Error) => stream.destroy(error));
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } finally {
      stream.destroy();
      file.destroy();
    }
  }
  return { all: all(), bytesRead: () => file.bytesRead };
}

/** What is in all frames of a .zst file. */
function unpacked(path: string, file: FilePieces, { pipeline }: typeof streams, zlib: typeof compression): FilePieces {
  const damaged = (): Error => new FormatError("lines", { path }, "the file is damaged, or cut");
  async function* all(): AsyncGenerator<Uint8Array> {
    const source = file.all[Symbol.asyncIterator]();
    try {
      for await (const frame of zstdFrames(source, damaged)) {
        // What goes wrong on the way destroys the stream, which throws it below.
        const stream = pipeline(frame, zstd(zlib), () => undefined);
        try {
          yield* stream as AsyncIterable<Uint8Array>;
        } finally {
          stream.destroy();
        }
      }
    } finally {
      await source.return?.();
    }
  }
  return { all: all(), bytesRead: () => file.bytesRead() };
}

function decoded(decoder: TextDecoder, path: string, before: number, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    throw new FormatError(
      "lines",
      { path, "after line": before },
      "the file is not UTF-8",
      "iconv -t utf-8 converts it",
      { cause: error },
    );
  }
}

/** What Node reads files with; asked for when called, so that pages can bundle the module. */
function node(): { fs: typeof fileSystem; stream: typeof streams; zlib: typeof compression } {
  const host: { process?: { getBuiltinModule?: (name: string) => unknown } } = globalThis;
  const builtIn = host.process?.getBuiltinModule;
  if (builtIn === undefined) {
    throw new ValueError("lines", { host: "no Node" }, "files are read in Node (≥ 20.16)", "in a page: file.stream()");
  }
  return {
    fs: builtIn("node:fs") as typeof fileSystem,
    stream: builtIn("node:stream") as typeof streams,
    zlib: builtIn("node:zlib") as typeof compression,
  };
}

function zstd(zlib: typeof compression): ReturnType<(typeof compression)["createGunzip"]> {
  const { createZstdDecompress } = zlib as {
    readonly createZstdDecompress?: () => ReturnType<(typeof compression)["createGunzip"]>;
  };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new ValueError("lines", {}, "this Node cannot read zst: it needs 22.15 or later", "gzip the file");
}
