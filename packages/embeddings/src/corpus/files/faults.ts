import { FileError, UnfoldError } from "@unfoldjs/tensor-core";

/** What an engine says when there is no place left: Node, DuckDB, ClickHouse (codes 243 and 28 of the system). */
const FULL = /ENOSPC|no space left|not enough space|NOT_ENOUGH_SPACE|errno: 28\b|max_temp_directory_size/i;
/** What is said of a server that is gone: Node, and ClickHouse of its other shards. */
const LOST =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|socket hang up|ALL_CONNECTION_TRIES_FAILED|NETWORK_ERROR|Code: (?:279|210|209|32)\b|Connection refused|All connection tries failed/i;
const MEMORY = /Out of Memory Error|MEMORY_LIMIT_EXCEEDED|Memory limit .*exceeded|Code: 241\b/i;

/** What went wrong, in words of the same kind for each engine, with what was kept and what to do. */
export function faultOf(op: string, error: unknown, came: Readonly<Record<string, string | number>>): Error {
  // A file that nn could not write for want of room is told like one of an engine.
  if (error instanceof UnfoldError && !FULL.test(String(error.cause))) return error;
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) return error;
  const found = [error, (error as { readonly cause?: unknown }).cause]
    .map((each) =>
      each instanceof Error ? `${(each as { readonly code?: string }).code ?? ""} ${each.message}`.trim() : "",
    )
    .filter((each) => each !== "")
    .join("; ")
    .slice(0, 500);
  const [rule, fix] = FULL.test(found)
    ? ["the disk is full", "make room and call it again: it goes on where it was"]
    : LOST.test(found)
      ? ["a server cannot be reached", "start it again with its data and call it again: parts that are done are kept"]
      : MEMORY.test(found)
        ? ["the engine has too little memory", "a larger memoryLimit, or smaller partWords"]
        : ["the engine failed", "parts that are done are kept: call it again to go on"];
  return new FileError(op, { ...came, found }, rule ?? "", fix, { cause: error });
}
