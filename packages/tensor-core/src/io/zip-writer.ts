import { host } from "../runtime/heap.ts";
import { ValueError } from "../errors/index.ts";
import { crc32 } from "./crc32.ts";
import { CENTRAL_HEADER, DEFLATED, END_RECORD, LOCAL_HEADER, STORED } from "./zip-records.ts";

/** 2.0: what a reader must know to unpack deflated entries. */
const VERSION = 20;
/** Names are in UTF-8. */
const UTF8_NAMES = 1 << 11;
/** zip's first day, 1 January 1980: the same files give the same bytes. */
const DATE = (1 << 5) | 1;
/** What a 32-bit size or offset can say. */
const LARGEST = 0xfffffffe;
const MOST_ENTRIES = 0xfffe;

interface Entry {
  readonly name: Uint8Array;
  readonly method: number;
  readonly content: Uint8Array;
  readonly size: number;
  readonly checksum: number;
}

/**
 * A zip archive of files by name, stored or deflated.
 * @throws ValueError if it would need sizes beyond 32 bits
 */
export function zip(files: ReadonlyMap<string, Uint8Array>, compress: boolean, op: string): Uint8Array<ArrayBuffer> {
  const entries = [...files].map(([name, bytes]): Entry => {
    const content = compress ? host().deflate(bytes) : bytes;
    const method = compress ? DEFLATED : STORED;
    return { name: new TextEncoder().encode(name), method, content, size: bytes.length, checksum: crc32(bytes) };
  });
  const total = (bytes: (entry: Entry) => number): number => entries.reduce((sum, entry) => sum + bytes(entry), 0);
  const directoryAt = total(({ name, content }) => LOCAL_HEADER.bytes + name.length + content.length);
  const directoryBytes = total(({ name }) => CENTRAL_HEADER.bytes + name.length);
  if (directoryAt + directoryBytes > LARGEST || entries.length > MOST_ENTRIES) {
    throw new ValueError(
      op,
      { entries: entries.length, bytes: directoryAt + directoryBytes },
      "an archive must have less than 4 GiB and 65,535 entries",
      "write several, or safetensors, which has no such limit",
    );
  }

  const out = new Uint8Array(directoryAt + directoryBytes + END_RECORD.bytes);
  const view = new DataView(out.buffer);
  let [at, record] = [0, directoryAt];
  for (const entry of entries) {
    view.setUint32(record, CENTRAL_HEADER.signature, true);
    view.setUint16(record + 4, VERSION, true); // made by
    describe(view, record + 6, entry);
    view.setUint32(record + 42, at, true);
    out.set(entry.name, record + CENTRAL_HEADER.bytes);
    record += CENTRAL_HEADER.bytes + entry.name.length;

    view.setUint32(at, LOCAL_HEADER.signature, true);
    describe(view, at + 4, entry);
    out.set(entry.name, at + LOCAL_HEADER.bytes);
    out.set(entry.content, at + LOCAL_HEADER.bytes + entry.name.length);
    at += LOCAL_HEADER.bytes + entry.name.length + entry.content.length;
  }
  view.setUint32(record, END_RECORD.signature, true);
  view.setUint16(record + 8, entries.length, true); // on this disk
  view.setUint16(record + 10, entries.length, true);
  view.setUint32(record + 12, directoryBytes, true);
  view.setUint32(record + 16, directoryAt, true);
  return out;
}

/** What a local and a central header have in common, from the version on. */
function describe(view: DataView, at: number, { name, method, content, size, checksum }: Entry): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 4, method, true);
  view.setUint16(at + 8, DATE, true); // after the time of day, which is 0
  view.setUint32(at + 10, checksum, true);
  view.setUint32(at + 14, content.length, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}
