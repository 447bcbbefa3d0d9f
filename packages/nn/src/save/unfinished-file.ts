import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { codeOf, type FileSystem } from "./file-system.ts";
import { makeFolders } from "./folders.ts";
import { removeLeftovers, unfinishedName } from "./leftovers.ts";

/** What a file is to hold; pieces are written as they come. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A file that is whole on the disk and has not got its name yet. */
export interface Unfinished {
  /** Gives it its name: from here on whoever looks sees the new file. */
  finish(): Promise<void>;
  /** Takes it away. */
  abandon(): Promise<void>;
}

/** Letters of a file's name that its unfinished one has too: names end at 255 bytes. */
const NAME_LETTERS = 50;
/** As many links are followed as Linux follows. */
const MOST_LINKS = 40;

/** Writes a file under a name of its own beside the one that it is to have, and has the disk take it. */
export async function beginFile(system: FileSystem, named: string, content: FileContent): Promise<Unfinished> {
  const { files, paths } = system;
  const path = await behindLinks(system, named);
  const before = await statOf(system, path);
  if (before !== undefined) await files.access(path, files.constants.W_OK); // a rename would not ask
  if (before?.isDirectory() === true)
    throw Object.assign(new Error("there is a folder of this name"), { code: "EISDIR" });
  // A device or a pipe is no file to replace.
  if (before?.isFile() === false)
    return { finish: () => files.writeFile(path, content), abandon: () => Promise.resolve() };

  const folder = paths.dirname(path);
  await makeFolders(system, folder);
  await removeLeftovers(system, folder);
  const unfinished = paths.join(folder, paths.basename(path).slice(0, NAME_LETTERS) + unfinishedName(system));
  const abandon = (): Promise<void> => files.rm(unfinished, { force: true }).catch(() => undefined);
  try {
    const handle = await files.open(unfinished, "wx", before === undefined ? 0o666 : 0o600);
    try {
      await handle.writeFile(content);
      if (before !== undefined) await resemble(handle, before);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    await abandon();
    throw cause;
  }
  const finish = async (): Promise<void> => {
    await files.rename(unfinished, path);
    await syncFolder(system, folder);
  };
  return { finish, abandon };
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
