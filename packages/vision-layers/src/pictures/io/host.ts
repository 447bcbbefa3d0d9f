import type * as Files from "node:fs";
import type * as ModuleSystem from "node:module";
import type * as Url from "node:url";
import type * as Zlib from "node:zlib";
import type * as Threads from "node:worker_threads";
import { NotFoundError } from "@unfoldjs/tensor-core";

interface Builtin {
  "node:fs": typeof Files;
  "node:module": typeof ModuleSystem;
  "node:url": typeof Url;
  "node:zlib": typeof Zlib;
  "node:worker_threads": typeof Threads & Receiving;
}

/** Node takes its own ports of the global `MessageChannel` too, which its types tell from those of the module. */
interface Receiving {
  receiveMessageOnPort(port: MessagePort): { readonly message: unknown } | undefined;
}

/** A module of Node's, Deno's or Bun's, undefined in a page. Asked of the process, so that bundlers for a page do not get to see it. */
export function builtin<Id extends keyof Builtin>(id: Id): Builtin[Id] | undefined {
  const { process: host }: { process?: { getBuiltinModule?(wanted: Id): Builtin[Id] | undefined } } = globalThis;
  return host?.getBuiltinModule?.(id);
}

/** The file system. @throws NotFoundError where there is none */
export function fileSystem(op: string, path: string): typeof Files {
  const files = builtin("node:fs");
  if (files !== undefined) return files;
  const fix = "fetch the file and pass its bytes, or a File, to decodePicture";
  throw new NotFoundError(op, { path, runtime: "no file system" }, "there are no files here", fix);
}

/** A path as the system has it. */
export function pathOf(path: string | URL): string {
  return typeof path === "string" ? path : (builtin("node:url")?.fileURLToPath(path) ?? path.href);
}

/** Where a package lies that is not ours: as seen from here, from the working folder and from the running program. */
export function placeOf(name: string): string | undefined {
  const system = builtin("node:module");
  if (system === undefined) return undefined;
  const program = process.argv[1];
  for (const base of [import.meta.url, `${process.cwd()}/package.json`, ...(program === undefined ? [] : [program])]) {
    try {
      return system.createRequire(base).resolve(name);
    } catch {
      // Not installed as seen from there.
    }
  }
  return undefined;
}

/** A package that is not ours; undefined if it is not installed. What it throws as it loads is thrown. */
export function installed(name: string): unknown {
  const place = placeOf(name);
  return place === undefined ? undefined : builtin("node:module")?.createRequire(import.meta.url)(place);
}
