// Modules of the SWORD project, driver zText: a text in blocks that are compressed one by one, and an index of its
// entries in the order of a fixed list of verses (the format as CrossWire's "zVerse" reads it). Per testament three files:
// .bzs (where each block is), .bzv (where each entry is in its block) and .bzz (the blocks).

import { FormatError } from "@unfoldjs/tensor-core";
import { decompress } from "./compressed.ts";
import { type FileSource, readSource } from "./files.ts";

/** One block in the .bzs file: its offset, length compressed and length, each an u32, little-endian. */
const BLOCK_BYTES = 12;
/** One entry in the .bzv file: its block and offset in it, u32 each, and its length, an u16. */
const ENTRY_BYTES = 10;
/** A block is a book at most, and the longest of books has under a megabyte with its markup. */
const MOST_OF_A_BLOCK = 2 ** 26;
/** So many zeros stand behind each block where SWORD's own tools packed it; they are no part of the zlib stream. */
const PADDING = 1024;

/**
 * The entries of one testament in their order, as marked-up text; an entry that the module leaves empty is "".
 * @throws NotFoundError, FileError, FormatError for files that contradict each other or are cut off
 */
export async function readSwordEntries(op: string, source: FileSource, testament: "ot" | "nt"): Promise<string[]> {
  const [places, index, packed] = await Promise.all(
    ["bzs", "bzv", "bzz"].map(async (end) => await readSource(op, source, `${testament}.${end}`)),
  );
  if (places === undefined || index === undefined || packed === undefined) return [];
  const blocks = await unpacked(op, places, packed);
  const text = new TextDecoder();
  return rowsOf(op, index, ENTRY_BYTES).map((row, at) => {
    const length = row.getUint16(8, true);
    if (length === 0) return "";
    const [number, start] = [row.getUint32(0, true), row.getUint32(4, true)];
    const block = blocks[number];
    if (block === undefined || start + length > block.length) {
      throw broken(
        op,
        { file: index.path, entry: at, block: number, start, length },
        `the entry must lie in one of the ${blocks.length} blocks`,
      );
    }
    return text.decode(block.subarray(start, start + length));
  });
}

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly path: string;
}

async function unpacked(op: string, places: File, packed: File): Promise<Uint8Array[]> {
  return await Promise.all(
    rowsOf(op, places, BLOCK_BYTES).map(async (row, block) => {
      const [start, length, out] = [row.getUint32(0, true), row.getUint32(4, true), row.getUint32(8, true)];
      if (length === 0) return new Uint8Array();
      const facts = { file: packed.path, block, start, length, bytes: packed.bytes.length };
      if (start + length > packed.bytes.length) throw broken(op, facts, "the file ends before the block does");
      const file = `block ${block} of ${packed.path}`;
      const content = await decompress(
        op,
        "deflate",
        withoutPadding(packed.bytes.slice(start, start + length)),
        file,
        Math.min(out, MOST_OF_A_BLOCK),
      );
      if (content?.length !== out) throw broken(op, facts, `${out} bytes must come out of the block, and no more`);
      return content;
    }),
  );
}

function withoutPadding(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const end = block.length - PADDING;
  return end > 0 && block.subarray(end).every((byte) => byte === 0) ? block.subarray(0, end) : block;
}

function rowsOf(op: string, { bytes, path }: File, size: number): DataView[] {
  if (bytes.length % size !== 0)
    throw broken(op, { file: path, bytes: bytes.length }, `the file must hold rows of ${size} bytes`);
  return Array.from(
    { length: bytes.length / size },
    (_, row) => new DataView(bytes.buffer, bytes.byteOffset + row * size, size),
  );
}

function broken(op: string, facts: Record<string, string | number>, rule: string): FormatError {
  return new FormatError(op, facts, rule, "the file is cut off or is not of a zText module: install it again");
}
