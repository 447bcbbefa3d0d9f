import { FormatError } from "../errors/index.ts";
import { host } from "../runtime/heap.ts";
import { crc32 } from "./crc32.ts";
import { CENTRAL_HEADER, DEFLATED, END_RECORD, LOCAL_HEADER, STORED } from "./zip-records.ts";

const MAX_COMMENT_BYTES = 0xffff;
const ENCRYPTED = 1;
/** A size or offset that stands elsewhere, as files from 4 GiB have it. */
const ZIP64 = 0xffffffff;
/** Deflate's best case: 258 bytes from two bits. */
const MAX_RATIO = 1032;

const BROKEN = "the file is cut off or damaged: save or fetch it again";

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly localHeader: number;
}

/**
 * The files in a zip archive, by name. Checksums are compared, and the sizes that a file claims are bounded.
 * @throws FormatError that names the entry and what is wrong with it
 */
export function unzip(bytes: Uint8Array, op: string): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  for (const entry of centralDirectory(view, op)) {
    if (files.has(entry.name)) throw new FormatError(op, { entry: entry.name }, "two entries have this name");
    files.set(entry.name, unpack(entry, packedBytes(entry, view, op), op));
  }
  return files;
}

function centralDirectory(view: DataView, op: string): Entry[] {
  const end = findEnd(view, op);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (start + size !== end || view.getUint16(end + 8, true) !== count || view.getUint32(end + 4, true) !== 0) {
    throw new FormatError(
      op,
      { directoryAt: start, directoryBytes: size, endRecordAt: end },
      "the archive's directory is not where it should be",
      BROKEN,
    );
  }
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_HEADER.bytes > end || view.getUint32(at, true) !== CENTRAL_HEADER.signature) {
      throw new FormatError(op, { entry: i, position: at }, "the archive's directory is damaged", BROKEN);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + CENTRAL_HEADER.bytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end)
      throw new FormatError(op, { entry: i, position: at }, "an entry reaches beyond the archive's directory", BROKEN);
    entries.push({
      name: new TextDecoder().decode(
        new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_HEADER.bytes, nameBytes),
      ),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      localHeader: view.getUint32(at + 42, true),
    });
    at = next;
  }
  if (at !== end)
    throw new FormatError(
      op,
      { entries: count, unread: end - at },
      "the archive's directory has bytes that no entry owns",
      BROKEN,
    );
  return entries;
}

/** Where the last record starts: a comment may follow it, and must then reach to the end of the file. */
function findEnd(view: DataView, op: string): number {
  const last = view.byteLength - END_RECORD.bytes;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END_RECORD.signature && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new FormatError(op, { bytes: view.byteLength }, "no end of a zip archive was found", BROKEN);
}

function packedBytes(entry: Entry, view: DataView, op: string): Uint8Array {
  const { name, localHeader: at, packedSize, size, flags } = entry;
  if ([packedSize, size, at].includes(ZIP64))
    throw new FormatError(op, { entry: name }, "archives from 4 GiB cannot be read", "split it");
  if (flags & ENCRYPTED)
    throw new FormatError(op, { entry: name }, "the entry is encrypted", "save it without a password");
  if (at + LOCAL_HEADER.bytes > view.byteLength || view.getUint32(at, true) !== LOCAL_HEADER.signature) {
    throw new FormatError(op, { entry: name, position: at }, "the entry is not where the directory says", BROKEN);
  }
  const start = at + LOCAL_HEADER.bytes + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packedSize > view.byteLength) {
    throw new FormatError(
      op,
      { entry: name, needed: start + packedSize, fileBytes: view.byteLength },
      "the entry reaches beyond the file",
      BROKEN,
    );
  }
  return new Uint8Array(view.buffer, view.byteOffset + start, packedSize);
}

function unpack({ name, method, size, checksum }: Entry, packed: Uint8Array, op: string): Uint8Array {
  if (method !== STORED && method !== DEFLATED) {
    throw new FormatError(
      op,
      { entry: name, method },
      "entries must be stored or deflated",
      "use numpy.savez or numpy.savez_compressed",
    );
  }
  if (size > packed.length * (method === STORED ? 1 : MAX_RATIO)) {
    throw new FormatError(
      op,
      { entry: name, size, packedSize: packed.length },
      "the entry cannot be as large as it says",
      BROKEN,
    );
  }
  const unpacked = method === STORED ? packed : inflate(name, packed, size, op);
  if (unpacked?.length !== size || crc32(unpacked) !== checksum) {
    throw new FormatError(
      op,
      { entry: name, size, came: unpacked?.length ?? "more" },
      "the entry's size or checksum is wrong",
      BROKEN,
    );
  }
  return unpacked;
}

function inflate(name: string, packed: Uint8Array, size: number, op: string): Uint8Array | undefined {
  try {
    return host().inflate(packed, size);
  } catch (cause) {
    throw new FormatError(op, { entry: name, problem: String(cause) }, "the entry cannot be decompressed", BROKEN, {
      cause,
    });
  }
}
