import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { FileError } from "@unfoldjs/tensor-core";
import { codeOf, fileSystem, type FileSystem, pathOf } from "./file-system.ts";
import { removeLeftovers, unfinishedName } from "./leftovers.ts";

/** Letters of a file's name that its unfinished one has too: names end at 255 bytes. */
const NAME_LETTERS = 50;
/** As many links are followed as Linux follows. */
const MOST_LINKS = 40;

/**
 * Writes a file under another name beside it, has the disk take it, and only then gives it its own name: whoever looks,
 * also after a power cut, sees the old file or the whole new one. A link stays a link, and the file that it leads to is
 * replaced; permissions and owner stay. Folders on the way are made. What earlier saves left unfinished is taken away.
 * @throws FileError if it cannot be written, or the disk is full; then the old file is as it was
 */
export async function writeFile(path: string | URL, bytes: Uint8Array): Promise<void> {
  const system = fileSystem("save", path);
  try {
    await write(system, await behindLinks(system, pathOf(system, path)), bytes);
  } catch (cause) {
    const problem = codeOf(cause);
    throw new FileError(
      "save",
      { path: String(path), problem },
      "the file cannot be written; what was there before is unchanged",
      problem === "ENOSPC" ? "make room on the disk" : "choose a file and a folder that you may write to",
      { cause },
    );
  }
}

async function write(system: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const { files, paths } = system;
  const before = await statOf(system, path);
  if (before !== undefined) await files.access(path, files.constants.W_OK); // a rename would not ask
  if (before?.isDirectory() === true)
    throw Object.assign(new Error("there is a folder of this name"), { code: "EISDIR" });
  if (before !== undefined && !before.isFile()) return files.writeFile(path, bytes); // a device or a pipe is no file to replace

  const folder = paths.dirname(path);
  await files.mkdir(folder, { recursive: true });
  await removeLeftovers(system, folder);
  const unfinished = paths.join(folder, paths.basename(path).slice(0, NAME_LETTERS) + unfinishedName(system));
  try {
    const handle = await files.open(unfinished, "wx", before === undefined ? 0o666 : 0o600);
    try {
      await handle.writeFile(bytes);
      if (before !== undefined) await resemble(handle, before);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(unfinished, path);
  } catch (cause) {
    await files.rm(unfinished, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncFolder(system, folder);
}

/** Where links lead to, though there may be nothing yet. */
async function behindLinks({ files, paths }: FileSystem, path: string): Promise<string> {
  const there = await files.realpath(path).catch(() => undefined);
  if (there !== undefined) return there;
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      at = paths.resolve(paths.dirname(at), await files.readlink(at));
    } catch (error) {
      if (["EINVAL", "ENOENT", "ENOTDIR", "UNKNOWN"].includes(codeOf(error))) return at; // no link, or nothing at all
      throw error;
    }
  }
  throw Object.assign(new Error("links lead to one another"), { code: "ELOOP" });
}

async function statOf({ files }: FileSystem, path: string): Promise<Stats | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Gives a new file the permissions of the old one, and, where this process may, its owner. */
async function resemble(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const { uid: ownUid, gid: ownGid } = await handle.stat();
  if (uid !== ownUid || gid !== ownGid) await handle.chown(uid, gid).catch(() => undefined);
  await handle.chmod(mode & 0o7777);
}

/** Has the disk take the new name. Windows knows no such thing, nor do some file systems. */
async function syncFolder({ files }: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file is whole in either case; at worst the old name comes back after a power cut.
  }
}
