import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

/** Writes a file so that whoever looks finds the old one or the new one, whole, also after the power was gone. */
export function writeWhole(path: string, text: string): void {
  const partial = `${path}.tmp`;
  const file = openSync(partial, "w");
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(partial, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(partial, path);
}

/** Has `write` write beside the path, and gives the file its name once it is whole and on the disk. */
export async function whole<Result>(
  path: string,
  write: (partial: string) => Promise<Result> | Result,
): Promise<Result> {
  const partial = `${path}.tmp`;
  rmSync(partial, { force: true });
  try {
    const result = await write(partial);
    const file = openSync(partial, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
    return result;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
