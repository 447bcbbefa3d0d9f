import { fstatSync, statSync } from "node:fs";

// A thread that waits inside the core hears no events, so it is not told when another thread ends. But it can look: a file
// that a worker has open is closed by Node when the worker has ended, however it did (`trackUnmanagedFds`), and the numbers
// of open files are the process's. The file is one that nobody else keeps open: Node's own program.

/** Where a thread writes the number of its open file, plus one; 0 until it is up, or if it must not open files. */
export type Life = Int32Array<SharedArrayBuffer>;

export function newLife(): Life {
  const life = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  lives = [...lives.filter((other) => !hasEnded(other)), life];
  return life;
}

/** Those of threads that may run, in the order of their start. */
let lives: readonly Life[] = [];

/**
 * What a worker runs first, as text, with its `Life` in `life`. Deno would ask its user for leave to read the file, and Bun
 * does not close it: there only the core's own patience ends a wait.
 */
export const SHOW_LIFE: string = `
  if (!("Deno" in globalThis || "Bun" in globalThis)) {
    try {
      Atomics.store(life, 0, 1 + require("node:fs").openSync(process.execPath));
    } catch {}
  }`;

/** Whether a thread that was up has ended. False if it cannot be told. */
export function hasEnded(life: Life): boolean {
  const file = Atomics.load(life, 0) - 1;
  if (file < 0) return false;
  // The same file again under the same number is that of a thread that came up since.
  if (lives.slice(lives.indexOf(life) + 1).some((later) => Atomics.load(later, 0) - 1 === file)) return true;
  try {
    const [open, program] = [fstatSync(file), statSync(process.execPath)];
    return open.ino !== program.ino || open.dev !== program.dev; // another file has the number since
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EBADF";
  }
}
