import type fileSystem from "node:fs";
import type moduleSystem from "node:module";
import { NotFoundError } from "@unfoldjs/tensor-core";
import { gunzip } from "./idx.ts";

/** Where a data set's files are: a folder, or a function that gives a file's bytes, such as by `fetch`. */
export type FileSource = string | ((file: string) => Promise<Uint8Array<ArrayBuffer>>);

/** Reads a file of a data set, and decompresses it where it is gzip. @throws NotFoundError, FormatError */
export async function readDataFile(op: string, source: FileSource, file: string): Promise<Uint8Array<ArrayBuffer>> {
  return gunzip(await (typeof source === "string" ? readFromFolder(op, source, file) : source(file)));
}

/** `file` or `file.gz` in a folder. */
async function readFromFolder(op: string, folder: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const { existsSync, promises } = nodeModule(op, "node:fs");
  const path = [`${folder}/${file}`, `${folder}/${file}.gz`].find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new NotFoundError(
      op,
      { folder, file },
      "the folder has neither this file nor its .gz",
      "check the option { from }",
    );
  }
  return new Uint8Array(await promises.readFile(path));
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
