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
  const isRemote = /^(https?|blob|data):/.test(address) || !hasFiles();
  // What an address has after its path, such as a key, goes with each of its files, as in tfjs.
  const at = isRemote ? address.search(/[?#]/) : -1;
  const [path, query] = at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at).replace(/#.*$/s, "")];
  const [folder, model] = path.endsWith(".json") ? splitPath(path) : [withSlash(path), "model.json"];
  const read = isRemote
    ? (file: string): Promise<Uint8Array> => fetched(op, `${folder}${file}${query}`)
    : (file: string): Promise<Uint8Array> => fromFolder(op, folder, file);
  return { read, model };
}

function splitPath(path: string): [folder: string, file: string] {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at) || "./", path.slice(at)];
}

function withSlash(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}

async function fetched(op: string, address: string): Promise<Uint8Array> {
  let answer: { readonly status: number; readonly bytes: ArrayBuffer | undefined };
  try {
    const response = await fetch(address);
    answer = { status: response.status, bytes: response.ok ? await response.arrayBuffer() : undefined };
  } catch (cause) {
    const evidence = { source: address, problem: String(cause) };
    throw new FileError(op, evidence, "the file cannot be fetched, or not to its end", undefined, { cause });
  }
  if (answer.bytes !== undefined) return new Uint8Array(answer.bytes);
  const evidence = { source: address, status: answer.status };
  throw new NotFoundError(op, evidence, "the server does not give this file", "shards lie beside model.json");
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
