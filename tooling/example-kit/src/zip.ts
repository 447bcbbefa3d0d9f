import { inflateRawSync } from "node:zlib";

/** Signatures of a zip file's records (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16). */
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];

/** The end record without its comment, and the longest comment. */
const [END_SIZE, COMMENT] = [22, 0xffff];

/**
 * The file in a zip archive, such as a Python wheel, whose name ends in `suffix`.
 * @throws RangeError if the archive is none, or has no such file
 */
export function fileInZip(archive: Uint8Array, suffix: string): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = archive.length - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== END) {
    end = end > archive.length - END_SIZE - COMMENT ? end - 1 : -1;
  }
  if (end < 0) throw new RangeError("this is no zip archive: its end is missing");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let entry = 0; entry < count && view.getUint32(at, true) === CENTRAL; entry++) {
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameSize));
    if (name.endsWith(suffix)) return content(archive, view, at);
    at += 46 + nameSize + extraSize + commentSize;
  }
  throw new RangeError(`there is no file in the archive whose name ends in ${suffix}`);
}

/** @param central where the file's record in the directory stands */
function content(archive: Uint8Array, view: DataView, central: number): Uint8Array {
  const [method, size] = [view.getUint16(central + 10, true), view.getUint32(central + 20, true)];
  const local = view.getUint32(central + 42, true);
  if (view.getUint32(local, true) !== LOCAL)
    throw new RangeError("the archive is damaged: a file is not where it is said to be");
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const stored = archive.subarray(start, start + size);
  if (method === 0) return stored;
  if (method === 8) return new Uint8Array(inflateRawSync(stored));
  throw new RangeError(`the archive has a file of compression method ${method}, which is not read here`);
}
