import { assertBytes, assertPlain, assertString, FileError, isUnfoldError, wrongArgument } from "@unfoldjs/tensor-core";
import { codeOf, fileSystem, pathOf } from "./file-system.ts";
import { beginFile, type FileContent, type Unfinished } from "./unfinished-file.ts";

/**
 * Writes a file whole or not at all: under another name beside it, has the disk take it, and only then gives it its own
 * name. Whoever looks, also after `kill -9` or a power cut, sees the old file or the whole new one. A link stays a link, and the file
 * that it leads to is replaced; permissions and owner stay. Folders on the way are made. What earlier calls left unfinished is taken away.
 * @param content text, bytes, or pieces of bytes, of which one is in memory at a time
 * @param op the function that errors name, where another is made of this one
 * @throws FileError if it cannot be written, or the disk is full; then the old file is as it was. NotFoundError where there are no files
 * @example await writeFile("out/metrics.json", JSON.stringify(metrics))
 */
export async function writeFile(path: string | URL, content: FileContent, op: string = "writeFile"): Promise<void> {
  assertString("writeFile", "op", op);
  if (typeof path !== "string" && !(path instanceof URL)) throw wrongArgument(op, "path", path, "the path of a file");
  await writeAll([[path, checked(op, "content", content)]], op);
}

/**
 * Writes several files as `writeFile` does, of which none gets its name before all are whole on the disk: after an error all are as
 * they were. (Killed among the last renames, some are the new ones; each is whole.)
 * @param contents by path
 * @throws as `writeFile`
 * @example await writeFiles({ "out/metrics.json": text, "out/curve.svg": svg })
 */
export async function writeFiles(
  contents: Readonly<Record<string, FileContent>>,
  op: string = "writeFiles",
): Promise<void> {
  assertString("writeFiles", "op", op);
  assertPlain(op, "contents", contents, "an object of contents by path");
  const entries = Object.entries(contents).map(
    ([path, content]) => [path, checked(op, `contents[${JSON.stringify(path)}]`, content)] as const,
  );
  await writeAll(entries, op);
}

async function writeAll(entries: readonly (readonly [string | URL, FileContent])[], op: string): Promise<void> {
  const begun: Unfinished[] = [];
  let at: string | URL = "";
  try {
    for (const [path, content] of entries) {
      at = path;
      const system = fileSystem(op, path);
      begun.push(await beginFile(system, pathOf(system, path), content));
    }
    for (const [index, file] of begun.entries()) {
      at = entries[index]?.[0] ?? at;
      await file.finish();
    }
  } catch (cause) {
    await Promise.all(begun.map((file) => file.abandon()));
    throw told(op, at, cause);
  }
}

/** What went wrong in the file system's words; what a piece's maker threw is its own. */
function told(op: string, path: string | URL, cause: unknown): unknown {
  if (isUnfoldError(cause) || !(cause instanceof Error && "code" in cause)) return cause;
  const problem = codeOf(cause);
  return new FileError(
    op,
    { path: String(path), problem },
    "the file cannot be written; what was there before is unchanged",
    problem === "ENOSPC" ? "make room on the disk" : "choose a file and a folder that you may write to",
    { cause },
  );
}

function checked(op: string, name: string, content: FileContent): FileContent {
  if (typeof content === "string" || content instanceof Uint8Array) return content;
  if (
    typeof content === "object" &&
    content !== null &&
    (Symbol.iterator in content || Symbol.asyncIterator in content)
  )
    return checkedPieces(op, name, content);
  throw wrongArgument(op, name, content, "text, bytes or pieces of bytes");
}

async function* checkedPieces(
  op: string,
  name: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    assertBytes(op, `a piece of ${name}`, piece);
    yield piece;
  }
}
