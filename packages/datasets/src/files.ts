import type fileSystem from "node:fs";
import type moduleSystem from "node:module";
import { FileError, NotFoundError, assertBytes } from "@unfoldjs/tensor-core";
import { gunzip } from "./compressed.ts";
import { type Idx, parseIdx } from "./idx.ts";

/** Where a data set's files are: a folder, or a function that gives a file's bytes, such as by `fetch`. */
export type FileSource = string | ((file: string) => Promise<Uint8Array<ArrayBuffer>>);

/** Reads an IDX file of a data set, compressed or not. @throws NotFoundError, FileError, FormatError */
export async function readIdx(op: string, source: FileSource, file: string): Promise<Idx> {
  const { bytes, path } = await readSource(op, source, file);
  return parseIdx(await gunzip(bytes, path), path);
}

/** A file of a data set, and what errors call it. @throws NotFoundError, FileError */
export async function readSource(
  op: string,
  source: FileSource,
  file: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; path: string }> {
  const path = typeof source === "string" ? pathIn(op, source, file) : file;
  const bytes = await (typeof source === "string" ? readPath(op, path) : source(file));
  assertBytes(op, `what from(${JSON.stringify(file)}) gives`, bytes);
  return { bytes, path };
}

/** `file` or `file.gz` in a folder. */
function pathIn(op: string, folder: string, file: string): string {
  const { existsSync } = nodeModule(op, "node:fs");
  const path = [`${folder}/${file}`, `${folder}/${file}.gz`].find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new NotFoundError(
      op,
      { folder, file },
      "the folder has neither this file nor its .gz",
      "check the option { from }",
    );
  }
  return path;
}

async function readPath(op: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { promises } = nodeModule(op, "node:fs");
  try {
    return new Uint8Array(await promises.readFile(path));
  } catch (cause) {
    throw new FileError(op, { path, problem: String(cause) }, "the file cannot be read", "check its permissions", {
      cause,
    });
  }
}

/** The first of `folders` that is there. */
export function firstFolder(op: string, folders: readonly string[]): string | undefined {
  const { existsSync } = nodeModule(op, "node:fs");
  return folders.find((folder) => existsSync(folder));
}

/**
 * A folder of an installed package: as seen from the working folder, from the running program, and from here. This
 * library depends on no data, so it is the program's own dependency that is looked for.
 */
export function packageFolder(op: string, name: string, folder: string): string | undefined {
  const { createRequire } = nodeModule(op, "node:module");
  const program = process.argv[1];
  for (const base of [`${process.cwd()}/package.json`, ...(program === undefined ? [] : [program]), import.meta.url]) {
    try {
      return createRequire(base)
        .resolve(`${name}/package.json`)
        .replace(/package\.json$/, folder);
    } catch {
      // Not installed as seen from there.
    }
  }
  return undefined;
}

interface NodeModules {
  "node:fs": typeof fileSystem;
  "node:module": typeof moduleSystem;
}

/** A module of Node's, which bundlers for a page do not get to see. @throws NotFoundError where there is no file system */
function nodeModule<Name extends keyof NodeModules>(op: string, name: Name): NodeModules[Name] {
  const modules: { process?: { getBuiltinModule?(id: Name): NodeModules[Name] } } = globalThis;
  const found = modules.process?.getBuiltinModule?.(name);
  if (found !== undefined) return found;
  throw new NotFoundError(
    op,
    { runtime: "no file system" },
    "there are no folders to read from here",
    "give the files: { from: async (file) => bytes }",
  );
}
