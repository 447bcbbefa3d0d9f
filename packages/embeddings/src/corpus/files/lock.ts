import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { FileError } from "@unfoldjs/tensor-core";

/** Who counts in a folder. A process is told from a later one with its number by when it began, where the system says that. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly began: string;
}

/**
 * Keeps others from counting in a folder at the same time: each would take the other's files for its own. What a process left that
 * was killed holds nobody up.
 * @returns what gives it free again @throws FileError while another count is at work
 */
export function lockFolder(op: string, folder: string): () => void {
  const path = join(folder, "lock");
  const mine: Holder = { pid: process.pid, host: hostname(), began: beganOf(process.pid) };
  const text = JSON.stringify(mine);
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, text, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
    }
    const holder = holderOf(path);
    if (tries > 2 || (holder !== undefined && isAtWork(holder, mine))) {
      throw new FileError(
        op,
        { folder, process: holder?.pid ?? "unknown", host: holder?.host ?? "unknown" },
        "another count is at work in the folder",
        `wait for it, or take another folder; if nothing counts there, remove ${path}`,
      );
    }
    rmSync(path, { force: true });
  }
}

/** Undefined if it cannot be read, as of a process that was killed while it wrote it. */
function holderOf(path: string): Holder | undefined {
  try {
    const { pid, host, began } = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" && typeof began === "string"
      ? { pid, host, began }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Of another host nothing can be known, and it is believed. */
function isAtWork(holder: Holder, { host }: Holder): boolean {
  if (holder.host !== host) return true;
  try {
    process.kill(holder.pid, 0); // asks, and sends nothing
  } catch (error) {
    return (error as { readonly code?: unknown }).code === "EPERM";
  }
  return holder.began === beganOf(holder.pid);
}

/** When a process began, in Linux's ticks; "" where the system does not say. */
function beganOf(pid: number): string {
  try {
    // The name, in parentheses, may hold anything; 20 fields behind it.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.split(" ")[20] ?? "";
  } catch {
    return "";
  }
}
