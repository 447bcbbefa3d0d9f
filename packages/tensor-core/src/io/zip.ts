import { FormatError } from "../errors/index.ts";
import { host } from "../runtime/heap.ts";
import { crc32 } from "./crc32.ts";
import { foreign } from "./foreign.ts";
import {
  CENTRAL_HEADER,
  DEFLATED,
  END_RECORD,
  LOCAL_HEADER,
  STORED,
  WIDE_END_RECORD,
  WIDE_LOCATOR,
} from "./zip-records.ts";

const MAX_COMMENT_BYTES = 0xffff;
const ENCRYPTED = 1;
/** In place of a size or an offset that takes 64 bits, and stands elsewhere. */
const ELSEWHERE = 0xffffffff;
/** The kind of extra field that holds them (APPNOTE.TXT 6.3, section 4.5.3). */
const ZIP64_EXTRA = 1;
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
 * The files in a zip archive by name, in its order, each unpacked when it is asked for: one that is damaged or packed in
 * some other way leaves the others readable. Checksums are compared, and the sizes that a file claims are bounded.
 * @param packing "stored" refuses entries that are compressed: they cannot be larger than the archive
 * @throws FormatError if the directory is damaged; what is asked for, one that names the entry and what is wrong with it
 */
export function unzip(bytes: Uint8Array, op: string, packing: "any" | "stored" = "any"): Map<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, () => Uint8Array>();
  for (const entry of centralDirectory(view, op)) {
    if (files.has(entry.name)) throw new FormatError(op, { entry: entry.name }, "two entries have this name");
    files.set(entry.name, () => unpack(entry, packedBytes(entry, view, op), op, packing));
  }
  return files;
}

function centralDirectory(view: DataView, op: string): Entry[] {
  const { count, start, end } = findDirectory(view, op);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_HEADER.bytes > end || view.getUint32(at, true) !== CENTRAL_HEADER.signature) {
      throw new FormatError(op, { entry: i, position: at }, "the archive's directory is damaged", BROKEN);
    }
    const extraAt = at + CENTRAL_HEADER.bytes + view.getUint16(at + 28, true);
    const extraEnd = extraAt + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > end)
      throw new FormatError(op, { entry: i, position: at }, "an entry reaches beyond the archive's directory", BROKEN);
    const nameAt = view.byteOffset + at + CENTRAL_HEADER.bytes;
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, nameAt, extraAt - at - CENTRAL_HEADER.bytes));
    // In the order in which the record of 64-bit sizes has those that do not fit here.
    const [size = 0, packedSize = 0, localHeader = 0] = wide(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      new DataView(view.buffer, view.byteOffset + extraAt, extraEnd - extraAt),
      () => new FormatError(op, { entry: name }, "the entry's 64-bit sizes are missing", BROKEN),
    );
    entries.push({
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize,
      size,
      localHeader,
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

/** Sizes, those that stand elsewhere taken from an entry's extra fields. */
function wide(sizes: readonly number[], extra: DataView, missing: () => FormatError): number[] {
  if (!sizes.includes(ELSEWHERE)) return [...sizes];
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) !== ZIP64_EXTRA) {
      at = end;
      continue;
    }
    at += 4;
    return sizes.map((size) => {
      if (size !== ELSEWHERE) return size;
      if (at + 8 > end || end > extra.byteLength) throw missing();
      at += 8;
      return Number(extra.getBigUint64(at - 8, true));
    });
  }
  throw missing();
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** Where the list of entries is, as the last record says, or the 64-bit one before it. */
function findDirectory(view: DataView, op: string): Directory {
  const last = findEnd(view, op);
  const wideAt = findWideEnd(view, last, op);
  const [count, countHere, size, start, disk] =
    wideAt === undefined
      ? [
          view.getUint16(last + 10, true),
          view.getUint16(last + 8, true),
          view.getUint32(last + 12, true),
          view.getUint32(last + 16, true),
          view.getUint32(last + 4, true),
        ]
      : [
          Number(view.getBigUint64(wideAt + 32, true)),
          Number(view.getBigUint64(wideAt + 24, true)),
          Number(view.getBigUint64(wideAt + 40, true)),
          Number(view.getBigUint64(wideAt + 48, true)),
          view.getUint32(wideAt + 16, true) + view.getUint32(wideAt + 20, true),
        ];
  const end = wideAt ?? last;
  if (start + size !== end || countHere !== count || disk !== 0) {
    throw new FormatError(
      op,
      { directoryAt: start, directoryBytes: size, endRecordAt: end },
      "the archive's directory is not where it should be",
      BROKEN,
    );
  }
  return { count, start, end };
}

/** Where the last record starts: a comment may follow it, and must then reach to the end of the file. */
function findEnd(view: DataView, op: string): number {
  const last = view.byteLength - END_RECORD.bytes;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END_RECORD.signature && view.getUint16(at + 20, true) === last - at) return at;
  }
  const cutOff = new FormatError(op, { bytes: view.byteLength }, "no end of a zip archive was found", BROKEN);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  throw bytes[0] === 0x50 && bytes[1] === 0x4b ? cutOff : foreign(op, bytes, "a zip archive", cutOff);
}

/** Where the 64-bit record starts, if a locator before the last record says that there is one. */
function findWideEnd(view: DataView, last: number, op: string): number | undefined {
  const locator = last - WIDE_LOCATOR.bytes;
  if (locator < 0 || view.getUint32(locator, true) !== WIDE_LOCATOR.signature) return undefined;
  const at = Number(view.getBigUint64(locator + 8, true));
  if (at + WIDE_END_RECORD.bytes > locator || view.getUint32(at, true) !== WIDE_END_RECORD.signature) {
    throw new FormatError(op, { position: at }, "the archive's 64-bit record is not where it should be", BROKEN);
  }
  return at;
}

function packedBytes(entry: Entry, view: DataView, op: string): Uint8Array {
  const { name, localHeader: at, packedSize, flags } = entry;
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

function unpack(
  { name, method, size, checksum }: Entry,
  packed: Uint8Array,
  op: string,
  packing: "any" | "stored",
): Uint8Array {
  if (packing === "stored" && method !== STORED) {
    throw new FormatError(op, { entry: name, method }, "entries must be stored as they are, as torch.save does");
  }
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
