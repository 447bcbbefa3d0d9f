import { codeOf, type FileSystem } from "./file-system.ts";

/** As `mkdir -p`. Node's own never ends where a parent is there and yet answers ENOENT, as /proc does. */
export async function makeFolders(system: FileSystem, path: string): Promise<void> {
  const { files, paths } = system;
  const present = await files.stat(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  if (present?.isDirectory() === true) return;
  if (present === undefined) await makeFolders(system, paths.dirname(path));
  await files.mkdir(path).catch((error: unknown) => {
    // Another writer may have made it in between; a file of that name is said by what follows.
    if (present !== undefined || codeOf(error) !== "EEXIST") throw error;
  });
}
