import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFile, writeFiles } from "@unfoldjs/nn";
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
      const there = await stat(path).catch(() => undefined);
      if (there?.isDirectory() === false) throw Object.assign(new Error("it is a file"), { code: "EEXIST" });
      const probe = folder.file(".probe");
      await writeFile(probe, "");
      await rm(probe);
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

  /** Writes files, of which none gets its name before all are whole; after an error all are as they were. @throws FileError */
  async write(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
    try {
      await writeFiles(Object.fromEntries(Object.entries(files).map(([name, content]) => [this.file(name), content])));
    } catch (cause) {
      throw cannotWrite(this.path, cause);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function cannotWrite(path: string, failure: unknown): FileError {
  const cause = failure instanceof FileError ? failure.cause : failure; // the file system's own word
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
