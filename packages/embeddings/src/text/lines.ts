import type fileSystem from "node:fs";
import type compression from "node:zlib";
import {
  assertFunction,
  assertString,
  checkOptions,
  FileError,
  FormatError,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

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

/** Milliseconds between two reports. */
const BETWEEN = 100;
/** A line of more characters is no line of text. */
const LONGEST = 1 << 26;

/**
 * The lines of a text file of any size, one after the other, in constant memory. Files that end in .gz and .zst are read as what
 * is in them (the latter in Node ≥ 22.15). Node only.
 * @throws FileError if it cannot be read, FormatError if it is cut or not UTF-8, what the signal says if it is aborted
 *
 * @example
 * const sentences = async function* () {
 *   for await (const line of lines("reviews.txt.gz")) yield words(line, { lowerCase: true });
 * };
 */
export function lines(path: string, options: LinesOptions = {}): AsyncGenerator<string, void, undefined> {
  assertString("lines", "path", path);
  checkOptions<LinesOptions>("lines", options, {
    onProgress: assertFunction,
    signal: (op, name, value) => {
      if (!(value instanceof AbortSignal)) throw wrongArgument(op, name, value, "an AbortSignal");
    },
  });
  return read(path, options);
}

async function* read(path: string, { onProgress, signal }: LinesOptions): AsyncGenerator<string, void, undefined> {
  const { fs, zlib } = node();
  let totalBytes: number;
  try {
    totalBytes = fs.statSync(path).size;
  } catch (error) {
    throw new FileError("lines", { path }, "the file cannot be read", undefined, { cause: error });
  }
  const file = fs.createReadStream(path);
  const unpacked = path.endsWith(".gz")
    ? file.pipe(zlib.createGunzip())
    : path.endsWith(".zst")
      ? file.pipe(zstd(zlib))
      : file;
  // An error of the file does not reach what it is piped into.
  file.on("error", (error: Error) => unpacked.destroy(error));
  const began = performance.now();
  let [last, count, words] = [began, 0, 0];
  const report = (): void => {
    last = performance.now();
    const seconds = Math.max((last - began) / 1000, 1e-6);
    const bytes = file.bytesRead;
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
  try {
    for await (const bytes of unpacked as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      const found = (rest + decoded(decoder, path, count, bytes)).split("\n");
      rest = found.pop() ?? "";
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
  } catch (error) {
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    if (typeof code !== "string" || error instanceof FormatError) throw error;
    const isPacked = code.startsWith("Z_") || code.startsWith("ZSTD") || code === "ERR_ZSTD";
    if (isPacked) {
      throw new FormatError("lines", { path, line: count + 1, found: code }, "the file is damaged, or cut", undefined, {
        cause: error,
      });
    }
    throw new FileError("lines", { path, found: code }, "the file cannot be read", undefined, { cause: error });
  } finally {
    unpacked.destroy();
    file.destroy();
  }
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
function node(): { fs: typeof fileSystem; zlib: typeof compression } {
  const host: { process?: { getBuiltinModule?: (name: string) => unknown } } = globalThis;
  const builtIn = host.process?.getBuiltinModule;
  if (builtIn === undefined) {
    throw new ValueError("lines", { host: "no Node" }, "files are read in Node (≥ 20.16)", "in a page: file.stream()");
  }
  return { fs: builtIn("node:fs") as typeof fileSystem, zlib: builtIn("node:zlib") as typeof compression };
}

function zstd(zlib: typeof compression): ReturnType<(typeof compression)["createGunzip"]> {
  const { createZstdDecompress } = zlib as {
    readonly createZstdDecompress?: () => ReturnType<(typeof compression)["createGunzip"]>;
  };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new ValueError("lines", {}, "this Node cannot read zst: it needs 22.15 or later", "gzip the file");
}
