import type fileSystem from "node:fs/promises";
import { assertBytes, FileError, FormatError, NotFoundError, wrongArgument } from "@unfoldjs/tensor-core";
import { abortable, orAborted } from "../waiting/abortable.ts";

/** Where bytes come from: a path or an address of a file in Node, an address in a page, or the bytes themselves. */
export type VectorSource = string | URL | Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** How far a file has been read. */
export interface ReadProgress {
  /** Bytes read, as they lie in the file. */
  readonly bytes: number;
  /** Bytes of the file, where that is known. */
  readonly of: number | undefined;
}

/** What may be said while bytes are read. */
export interface ReadingOptions {
  /** Told after each piece. */
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

/** Pieces of a file, one after the other, with a name for errors. */
export interface Pieces {
  readonly name: string;
  /** Bytes of the source, where that is known. */
  readonly size: number | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
}

const PIECE = 1 << 20;
const GZIP = [0x1f, 0x8b];

/** The pieces of a source, taken out of gzip if that is what they are. @throws NotFoundError, FileError, the signal's reason */
export async function openSource(op: string, source: VectorSource, options: ReadingOptions = {}): Promise<Pieces> {
  options.signal?.throwIfAborted();
  const { name, size, pieces } = await rawPieces(op, source, options.signal);
  return { name, size, pieces: unzipped(op, name, withProgress(op, pieces, size, options)) };
}

async function rawPieces(op: string, source: VectorSource, signal: AbortSignal | undefined): Promise<Pieces> {
  if (source instanceof Uint8Array) return { name: "the bytes given", size: source.length, pieces: cut(source) };
  if (typeof Blob !== "undefined" && source instanceof Blob)
    return { name: "the blob given", size: source.size, pieces: streamed(source.stream()) };
  if (typeof source === "string" || source instanceof URL) return located(op, source, signal);
  const given: unknown = source;
  if (typeof given === "object" && given !== null) {
    if ("locked" in given && given.locked === true)
      throw wrongArgument(op, "source", source, "a stream that nobody else reads: this one is locked");
    if (Symbol.asyncIterator in given)
      return { name: "the stream given", size: undefined, pieces: given as AsyncIterable<Uint8Array> };
    if ("getReader" in given)
      return { name: "the stream given", size: undefined, pieces: streamed(given as ReadableStream<Uint8Array>) };
  }
  throw wrongArgument(op, "source", source, "a path, an address, bytes, a blob or a stream");
}

/** A file by its path, or what a server has at an address. */
async function located(op: string, place: string | URL, signal: AbortSignal | undefined): Promise<Pieces> {
  const name = String(place);
  const isAddress = /^(?:https?|blob|data):/.test(name);
  const files = isAddress ? undefined : nodeFiles();
  if (files !== undefined) return fromFile(op, files, place);
  const response = await orAborted(fetch(place, { signal: signal ?? null }), signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(op, name, cause);
  });
  if (!response.ok || response.body === null) {
    const Class = response.status === 404 ? NotFoundError : FileError;
    throw new Class(op, { address: name, status: response.status }, "the server does not give the file");
  }
  const length = Number(response.headers.get("content-length") ?? NaN);
  return { name, size: Number.isFinite(length) ? length : undefined, pieces: received(op, name, response.body) };
}

/** What a server sends. @throws FileError where the connection breaks off */
async function* received(op: string, address: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = streamed(body);
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await pieces.next().catch((cause: unknown) => {
        const came = { address, bytes, problem: String(cause) };
        throw new FileError(op, came, "the connection broke off", "fetch it again", { cause });
      });
      if (done === true) return;
      bytes += value.length;
      yield value;
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** What a failed request says; Node tells its reason, such as ECONNREFUSED, in the cause of the cause. */
export function unreachable(op: string, address: string, cause: unknown): FileError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const problem = inner instanceof Error ? `${String(cause)}: ${inner.message}` : String(cause);
  return new FileError(op, { address, problem }, "the address cannot be reached", undefined, { cause });
}

async function fromFile(op: string, files: typeof fileSystem, path: string | URL): Promise<Pieces> {
  const { size } = await looked(op, files, path);
  // Opened when the first piece is asked for: what is never gone through has nothing to close.
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const handle = await opened(op, files, path);
    try {
      for (let at = 0; ;) {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(PIECE), 0, PIECE, at).catch((cause: unknown) => {
          throw new FileError(
            op,
            { path: String(path), problem: String(cause) },
            "the file cannot be read",
            undefined,
            { cause },
          );
        });
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
  return { name: String(path), size, pieces: pieces() };
}

/** @throws NotFoundError if there is no such file, FileError if it cannot be opened */
export async function opened(
  op: string,
  files: typeof fileSystem,
  path: string | URL,
): Promise<Awaited<ReturnType<typeof fileSystem.open>>> {
  return orUnreadable(op, path, files.open(path, "r"));
}

/** How large a file is. @throws as `opened` */
async function looked(op: string, files: typeof fileSystem, path: string | URL): Promise<{ readonly size: number }> {
  return orUnreadable(op, path, files.stat(path));
}

async function orUnreadable<Result>(op: string, path: string | URL, asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (cause) {
    const problem = String((cause as { code?: unknown }).code ?? cause);
    const Class = problem === "ENOENT" ? NotFoundError : FileError;
    const rule = problem === "ENOENT" ? "there is no such file" : "the file cannot be read";
    throw new Class(op, { path: String(path), problem }, rule, undefined, { cause });
  }
}

/** Node's files; undefined where there are none. */
export function nodeFiles(): typeof fileSystem | undefined {
  const modules: { process?: { getBuiltinModule?(id: "node:fs/promises"): typeof fileSystem } } = globalThis;
  return modules.process?.getBuiltinModule?.("node:fs/promises");
}

async function* cut(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** A stream's pieces; not every browser's streams can be walked. */
async function* streamed(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* withProgress(
  op: string,
  pieces: AsyncIterable<Uint8Array>,
  of: number | undefined,
  { onProgress, signal }: ReadingOptions,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of abortable(pieces, signal)) {
    signal?.throwIfAborted();
    assertBytes(op, "a piece of the source", piece);
    yield piece;
    bytes += piece.length;
    onProgress?.({ bytes, of });
  }
}

/** What is compressed by gzip, as it was before. @throws FormatError where it is damaged */
async function* unzipped(op: string, name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const all = pieces[Symbol.asyncIterator]();
  let first = new Uint8Array(0);
  while (first.length < GZIP.length) {
    const { done, value } = await all.next();
    if (done === true) break;
    first = joined(first, value);
  }
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      for (;;) {
        const { done, value } = await all.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await all.return?.();
    }
  }
  if (first[0] !== GZIP[0] || first[1] !== GZIP[1]) {
    yield* again();
    return;
  }
  const source = again();
  // What the source throws is not the decompressor's.
  let thrown: { readonly error: unknown } | undefined;
  const stream = new ReadableStream<BufferSource>({
    async pull(controller) {
      try {
        const { done, value } = await source.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        thrown = { error };
        throw error;
      }
    },
    async cancel() {
      await source.return(undefined);
    },
  });
  const plain = streamed(stream.pipeThrough(new DecompressionStream("gzip")));
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await plain.next().catch((cause: unknown) => {
        if (thrown !== undefined) throw thrown.error;
        const came = { file: name, byte: bytes, problem: String(cause) };
        throw new FormatError(op, came, "the compressed bytes are cut off or damaged", "fetch the file again", {
          cause,
        });
      });
      if (done === true) return;
      bytes += value.length;
      yield value;
    }
  } finally {
    await plain.return(undefined);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
