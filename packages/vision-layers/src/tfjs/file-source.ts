import type FileSystem from "node:fs/promises";
import type Url from "node:url";
import { assertBytes, assertFunction, FileError, NotFoundError, wrongArgument } from "@unfoldjs/tensor-core";

/**
 * Where a model's files are: a folder or the path of its `model.json`; an address of either; or a function that gives a
 * file's bytes by its name, relative to `model.json`.
 */
export type TfjsSource = string | URL | ((file: string) => Promise<Uint8Array> | Uint8Array);

/** Gives a file's bytes by its name. */
export type ReadFile = (file: string) => Promise<Uint8Array>;

/** @throws ValueError on what is no source */
export function readerOf(op: string, source: TfjsSource): { readonly read: ReadFile; readonly model: string } {
  if (typeof source === "function") {
    assertFunction(op, "source", source);
    const read = async (file: string): Promise<Uint8Array> => {
      const bytes: unknown = await source(file);
      assertBytes(op, `what source(${JSON.stringify(file)}) gives`, bytes);
      return bytes;
    };
    return { read, model: "model.json" };
  }
  const isUrl = source instanceof URL;
  if (typeof source !== "string" && !isUrl) {
    throw wrongArgument(op, "source", source, "a folder, a path, a URL, or a function that gives bytes for a name");
  }
  const address = isUrl && source.protocol === "file:" ? pathOf(op, source) : String(source);
  const [folder, model] = address.endsWith(".json") ? splitPath(address) : [withSlash(address), "model.json"];
  const isRemote = /^(https?|blob|data):/.test(address) || !hasFiles();
  return { read: isRemote ? (file) => fetched(op, folder, file) : (file) => fromFolder(op, folder, file), model };
}

function splitPath(path: string): [folder: string, file: string] {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at) || "./", path.slice(at)];
}

function withSlash(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}

async function fetched(op: string, folder: string, file: string): Promise<Uint8Array> {
  const address = `${folder}${file}`;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new FileError(op, { source: address, problem: String(cause) }, "the file cannot be fetched", undefined, {
      cause,
    });
  }
  if (!response.ok) {
    const evidence = { source: address, status: response.status };
    throw new NotFoundError(op, evidence, "the server does not give this file", "shards lie beside model.json");
  }
  return new Uint8Array(await response.arrayBuffer());
}

async function fromFolder(op: string, folder: string, file: string): Promise<Uint8Array> {
  const path = `${folder}${file}`;
  try {
    return new Uint8Array(await builtin("node:fs/promises").readFile(path));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new NotFoundError(op, { source: path }, "there is no such file", "shards lie beside model.json", { cause });
    }
    throw new FileError(op, { source: path, problem: String(cause) }, "the file cannot be read", undefined, { cause });
  }
}

interface Builtins {
  "node:fs/promises": typeof FileSystem;
  "node:url": typeof Url;
}

interface Host {
  getBuiltinModule?<Name extends keyof Builtins>(name: Name): Builtins[Name];
}

/** A module of Node's, asked of the process so that bundlers for a page do not get to see it. */
function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const { process: host }: { process?: Host } = globalThis;
  return host?.getBuiltinModule?.(name) as Builtins[Name];
}

function hasFiles(): boolean {
  return builtin("node:fs/promises") !== undefined;
}

function pathOf(op: string, url: URL): string {
  if (hasFiles()) return builtin("node:url").fileURLToPath(url);
  throw new NotFoundError(op, { url: url.href }, "there are no files here", "give an address that can be fetched");
}
