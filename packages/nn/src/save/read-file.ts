import type { FileHandle } from "node:fs/promises";
import { FileError, NotFoundError } from "@unfoldjs/tensor-core";
import { codeOf, fileSystem } from "./file-system.ts";

/** Node reads less than 2 GiB in one call. */
const PIECE = 2 ** 30;

/** The bytes of a file, of any size. @throws NotFoundError if there is no such file, FileError if it cannot be read */
export async function readFile(path: string | URL, op: string = "load", piece: number = PIECE): Promise<Uint8Array> {
  const { files } = fileSystem(op, path);
  try {
    const handle = await files.open(path, "r");
    try {
      const about = await handle.stat();
      return about.isFile() && about.size > piece
        ? await readPieces(handle, about.size, piece)
        : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const problem = codeOf(cause);
    if (problem === "ENOENT") {
      throw new NotFoundError(op, { path: String(path) }, "there is no such file", undefined, { cause });
    }
    const fix = cause instanceof RangeError ? "the file is larger than the memory that there is" : undefined;
    throw new FileError(op, { path: String(path), problem }, "the file cannot be read", fix, { cause });
  }
}

async function readPieces(handle: FileHandle, size: number, piece: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(piece, size - filled), filled);
    if (bytesRead === 0) break; // it has become shorter since
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
