import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileError } from "@unfoldjs/tensor-core";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "it is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  ENOENT: "no folder can be made there",
  EEXIST: "a file of that name is in the way",
  ENOTDIR: "part of the path is a file",
  ENAMETOOLONG: "the path is too long",
};

/** A folder for results that are either all there or not at all. */
export class OutputFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder, and finds out before the work, not after it, if nothing can be written. @throws FileError */
  static async open(path: string): Promise<OutputFolder> {
    const folder = new OutputFolder(path);
    try {
      await makeFolders(path);
      await rm(await folder.writeTemporary("probe", ""));
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
    return folder;
  }

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** What an earlier run left. @throws FileError if there is no such file */
  async read(name: string): Promise<Uint8Array> {
    try {
      return await readFile(this.file(name));
    } catch (cause) {
      const code = codeOf(cause);
      throw new FileError(
        "OutputFolder",
        { file: this.file(name), code },
        code === "ENOENT" ? "there is nothing to go on from" : String(cause),
        "run it without --resume, or name the folder of the earlier run with --out",
        { cause },
      );
    }
  }

  /**
   * Writes files under temporary names and gives them their own once all are complete; if one fails, what was there
   * before is untouched.
   * @throws FileError
   */
  async write(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
    const written = new Map<string, string>();
    try {
      for (const [name, content] of Object.entries(files)) written.set(name, await this.writeTemporary(name, content));
      for (const [name, temporary] of written) await rename(temporary, join(this.path, name));
    } catch (cause) {
      await Promise.all([...written.values()].map((temporary) => rm(temporary, { force: true })));
      throw cannotWrite(this.path, cause);
    }
  }

  private async writeTemporary(name: string, content: Uint8Array | string): Promise<string> {
    const temporary = join(this.path, `.${name}.${process.pid}.tmp`);
    const file = await open(temporary, "w");
    try {
      await file
        .writeFile(content)
        .then(() => file.sync())
        .finally(() => file.close());
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return temporary;
  }
}

/** As `mkdir -p`. Node's own never ends where a parent is there and yet answers ENOENT, as /proc does. */
async function makeFolders(path: string): Promise<void> {
  const present = await stat(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  if (present?.isDirectory() === true) return;
  if (present === undefined) await makeFolders(dirname(path));
  await mkdir(path);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function cannotWrite(path: string, cause: unknown): FileError {
  const code = codeOf(cause);
  const reason = REASONS[code] ?? String(cause);
  return new FileError(
    "OutputFolder",
    { out: path, code },
    `results cannot be written: ${reason}`,
    "choose another folder with --out",
    { cause },
  );
}
