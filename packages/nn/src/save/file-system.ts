import type * as Files from "node:fs/promises";
import type * as OperatingSystem from "node:os";
import type * as Path from "node:path";
import type * as Url from "node:url";
import { NotFoundError } from "@unfoldjs/tensor-core";

interface Builtin {
  "node:fs/promises": typeof Files;
  "node:os": typeof OperatingSystem;
  "node:path": typeof Path;
  "node:url": typeof Url;
}

/** The process that this runs in, as far as it is asked. */
export interface Host {
  readonly pid: number;
  kill(pid: number, signal: 0): true;
  /** Seconds since it started. */
  uptime(): number;
  getBuiltinModule<Id extends keyof Builtin>(id: Id): Builtin[Id];
}

/** Where files are. */
export interface FileSystem {
  readonly host: Host;
  readonly files: typeof Files;
  readonly paths: typeof Path;
}

/**
 * Node's file system, also under Deno and Bun. Asked of the process, so that bundlers for a page do not get to see it.
 * @throws NotFoundError where there is none
 */
export function fileSystem(op: string, path: string | URL): FileSystem {
  const { process: host }: { process?: Partial<Host> } = globalThis;
  const files = host?.getBuiltinModule?.("node:fs/promises");
  if (host?.getBuiltinModule === undefined || files === undefined) {
    throw new NotFoundError(
      op,
      { path: String(path), runtime: "no file system" },
      "there are no files here",
      "use encodeModel and decodeModel, which give and take bytes",
    );
  }
  return { host: host as Host, files, paths: host.getBuiltinModule("node:path") };
}

/** A path as the system has it. */
export function pathOf({ host }: FileSystem, path: string | URL): string {
  return typeof path === "string" ? path : host.getBuiltinModule("node:url").fileURLToPath(path);
}

/** The system's word for what went wrong: ENOENT, EACCES, ENOSPC. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
