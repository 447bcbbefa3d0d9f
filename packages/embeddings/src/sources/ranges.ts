import { FileError, FormatError, NotFoundError, wrongArgument } from "@unfoldjs/tensor-core";
import { nodeFiles, opened, unreachable } from "./byte-source.ts";

/** Bytes that are read where they lie. */
export interface Ranges {
  readonly name: string;
  readonly size: number;
  /** What tells this content from a later one at the same place. */
  readonly version: string;
  /** Bytes start … end − 1. @throws FileError, FormatError */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Where ranges come from: a path in Node, an address, bytes or a `Blob`. */
export type RangeSource = string | URL | Uint8Array | Blob;

/** @throws NotFoundError, FileError, ValueError */
export async function openRanges(op: string, source: RangeSource): Promise<Ranges> {
  if (source instanceof Uint8Array) {
    const read = (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
      Promise.resolve(new Uint8Array(source.subarray(start, end)));
    return { name: "the bytes given", size: source.length, version: "", read, close };
  }
  if (typeof Blob !== "undefined" && source instanceof Blob) {
    const read = async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
      new Uint8Array(await source.slice(start, end).arrayBuffer());
    return { name: "the blob given", size: source.size, version: "", read, close };
  }
  if (typeof source !== "string" && !(source instanceof URL))
    throw wrongArgument(op, "source", source, "a path, an address, bytes or a blob");
  const files = /^(?:https?|blob|data):/.test(String(source)) ? undefined : nodeFiles();
  return files === undefined ? fromServer(op, source) : fromFile(op, source, files);
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
    version: String(mtimeMs),
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
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** By requests for ranges: of a file of gigabytes, what is looked at alone comes over the network. */
async function fromServer(op: string, place: string | URL): Promise<Ranges> {
  const name = String(place);
  const first = await asked(op, name, 0, 1);
  const total = Number(/\/(\d+)$/.exec(first.headers.get("content-range") ?? "")?.[1] ?? NaN);
  await first.body?.cancel();
  if (first.status !== 206 || !Number.isSafeInteger(total)) {
    const fix = "loadVectors(address) reads the whole file";
    throw new FileError(op, { address: name, status: first.status }, "the server gives no ranges", fix);
  }
  const version = first.headers.get("etag") ?? first.headers.get("last-modified") ?? "";
  return {
    name,
    size: total,
    version: `${total} ${version}`,
    async read(start, end) {
      const response = await asked(op, name, start, end);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const now = response.headers.get("etag") ?? response.headers.get("last-modified") ?? "";
      if (response.status !== 206 || bytes.length !== end - start || now !== version) {
        const came = { address: name, status: response.status, wanted: end - start, there: bytes.length };
        throw new FileError(
          op,
          came,
          "the server gives another file, or not as much as was asked for",
          "open it again",
        );
      }
      return bytes;
    },
    close,
  };
}

async function asked(op: string, address: string, start: number, end: number): Promise<Response> {
  const response = await fetch(address, { headers: { Range: `bytes=${start}-${end - 1}` } }).catch((cause: unknown) => {
    throw unreachable(op, address, cause);
  });
  if (response.ok) return response;
  const Class = response.status === 404 ? NotFoundError : FileError;
  throw new Class(op, { address, status: response.status }, "the server does not give the file");
}

function close(): Promise<void> {
  return Promise.resolve();
}
