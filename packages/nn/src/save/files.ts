import type * as FileSystem from "node:fs/promises";
import { FileError, NotFoundError } from "@unfoldjs/tensor-core";

/** Node's file system, also under Deno and Bun. Asked of the process, so that bundlers for a page do not get to see it. */
function fileSystem(op: string, path: string): typeof FileSystem {
  const host: { process?: { getBuiltinModule?(id: "node:fs/promises"): typeof FileSystem } } = globalThis;
  const found = host.process?.getBuiltinModule?.("node:fs/promises");
  if (found !== undefined) return found;
  throw new NotFoundError(
    op,
    { path, runtime: "no file system" },
    "there are no files here",
    "use encodeModel and decodeModel, which give and take bytes",
  );
}

/** @throws NotFoundError if there is no such file, FileError if it cannot be read */
export async function readFile(path: string | URL): Promise<Uint8Array> {
  const files = fileSystem("load", String(path));
  try {
    return await files.readFile(path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT")
      throw new NotFoundError("load", { path: String(path) }, "there is no such file", undefined, { cause });
    throw new FileError("load", { path: String(path), problem: codeOf(cause) }, "the file cannot be read", undefined, {
      cause,
    });
  }
}

/**
 * Writes a file under a temporary name beside it and then renames it: whoever looks sees the old file or the whole new
 * one. Folders on the way are made.
 * @throws FileError if the folder cannot be written to, or the disk is full; then nothing is left behind
 */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const files = fileSystem("save", path);
  const temporary = `${path}.${Math.floor(performance.now() * 1000).toString(36)}.part`;
  try {
    const folder = path.replace(/[/\\][^/\\]*$/, "");
    if (folder !== path && folder !== "") await files.mkdir(folder, { recursive: true });
    await files.writeFile(temporary, bytes);
    await files.rename(temporary, path);
  } catch (cause) {
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw new FileError(
      "save",
      { path, problem: codeOf(cause) },
      "the file cannot be written; what was there before is unchanged",
      codeOf(cause) === "ENOSPC" ? "make room on the disk" : "choose a folder that you may write to",
      { cause },
    );
  }
}

/** The system's word for what went wrong: ENOENT, EACCES, ENOSPC. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
