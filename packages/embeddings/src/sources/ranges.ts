import { FileError, FormatError, NotFoundError, wrongArgument } from "@unfoldjs/tensor-core";
import { nodeFiles, opened, unreachable } from "./byte-source.ts";

/** Bytes that are read where they lie. */
export interface Ranges {
  readonly name: string;
  readonly size: number;
  /** What tells this content from a later one at the same place; undefined where nothing does. */
  readonly version: string | undefined;
  /** Bytes start … end − 1. @throws FileError, FormatError */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Where ranges come from: a path in Node, an address, bytes or a `Blob`. */
export type RangeSource = string | URL | Uint8Array | Blob;

/** @param signal ends what a server is asked for, with its reason @throws NotFoundError, FileError, ValueError */
export async function openRanges(op: string, source: RangeSource, signal?: AbortSignal): Promise<Ranges> {
  if (source instanceof Uint8Array) {
    const read = (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
      Promise.resolve(new Uint8Array(source.subarray(start, end)));
    return { name: "the bytes given", size: source.length, version: undefined, read, close };
  }
  if (typeof Blob !== "undefined" && source instanceof Blob) {
    const read = async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
      new Uint8Array(await source.slice(start, end).arrayBuffer());
    return { name: "the blob given", size: source.size, version: undefined, read, close };
  }
  if (typeof source !== "string" && !(source instanceof URL))
    throw wrongArgument(op, "source", source, "a path, an address, bytes or a blob");
  const files = /^(?:https?|blob|data):/.test(String(source)) ? undefined : nodeFiles();
  return files === undefined ? fromServer(op, source, signal) : fromFile(op, source, files);
}

async function fromFile(
  op: string,
  path: string | URL,
  files: NonNullable<ReturnType<typeof nodeFiles>>,
): Promise<Ranges> {
  const handle = await opened(op, files, path);
  const { size, mtimeMs } = await handle.stat();
  return {
    name: String(path),
    size,
    version: `${size} ${mtimeMs}`,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle
          .read(bytes, filled, bytes.length - filled, start + filled)
          .catch((cause: unknown) => {
            const came = { path: String(path), problem: String(cause) };
            throw new FileError(op, came, "the file cannot be read", undefined, { cause });
          });
        if (bytesRead === 0)
          throw new FormatError(
            op,
            { file: String(path), byte: start + filled },
            "the file has become shorter since it was opened",
          );
        filled += bytesRead;
      }
      // Pages of two files would make vectors of neither.
      const now = await handle.stat();
      if (now.size === size && now.mtimeMs === mtimeMs) return bytes;
      const came = { file: String(path), bytes: size, "bytes now": now.size };
      throw new FileError(op, came, "the file has changed since it was opened", "open it again");
    },
    close: () => handle.close(),
  };
}

/** By requests for ranges: of a file of gigabytes, what is looked at alone comes over the network. */
async function fromServer(op: string, place: string | URL, signal: AbortSignal | undefined): Promise<Ranges> {
  const name = String(place);
  const first = await asked(op, name, 0, 1, signal);
  const { total, ...byte } = rangeOf(first);
  await first.body?.cancel();
  if (first.status !== 206 || byte.start !== 0 || byte.end !== 1 || !Number.isSafeInteger(total)) {
    const fix = "loadVectors(address) reads the whole file";
    throw new FileError(op, { address: name, status: first.status }, "the server gives no ranges", fix);
  }
  const version = versionOf(first);
  // What lies behind such an address never changes, and no other has it.
  const isFixed = name.startsWith("blob:");
  return {
    name,
    size: total,
    version: version === "" && !isFixed ? undefined : `${total} ${version}`,
    async read(start, end) {
      const response = await asked(op, name, start, end, signal);
      const range = rangeOf(response);
      // Looked at before anything is read: a server that does not know ranges sends the whole file.
      const isAsked = response.status === 206 && range.start === start && range.end === end && range.total === total;
      const bytes =
        isAsked && versionOf(response) === version ? await exactly(op, name, response, end - start, signal) : undefined;
      if (bytes?.length === end - start) return bytes;
      await response.body?.cancel().catch(() => undefined);
      const found = response.headers.get("content-range") ?? "none";
      const came = { address: name, status: response.status, wanted: `${start}-${end - 1}`, range: found };
      throw new FileError(op, came, "the server gives another file, or not what was asked for", "open it again");
    },
    close,
  };
}

async function asked(
  op: string,
  address: string,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers = { Range: `bytes=${start}-${end - 1}` };
  const response = await fetch(address, { headers, signal: signal ?? null }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(op, address, cause);
  });
  if (response.ok) return response;
  const Class = response.status === 404 ? NotFoundError : FileError;
  throw new Class(op, { address, status: response.status }, "the server does not give the file");
}

/** What a response says that it holds: bytes start … end − 1 of so many. */
function rangeOf(response: Response): { readonly start: number; readonly end: number; readonly total: number } {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  return { start: Number(first), end: Number(last) + 1, total: Number(total) };
}

function versionOf(response: Response): string {
  return response.headers.get("etag") ?? response.headers.get("last-modified") ?? "";
}

/** The bytes of a response, and no more than are wanted and one: fewer where it ends before. @throws FileError */
async function exactly(
  op: string,
  address: string,
  response: Response,
  wanted: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(wanted);
  let filled = 0;
  if (response.body === null) return bytes.subarray(0, 0);
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > wanted) return new Uint8Array(wanted + 1);
      bytes.set(value, filled);
      filled += value.length;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const came = { address, wanted, there: filled, problem: String(cause) };
    throw new FileError(op, came, "the connection broke off", "ask again", { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return bytes.subarray(0, filled);
}

function close(): Promise<void> {
  return Promise.resolve();
}
