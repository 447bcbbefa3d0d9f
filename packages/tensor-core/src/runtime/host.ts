import type { HelperTask } from "./helper-program.ts";

/** What the engine around the core gives it. */
export interface Host {
  /** Packs bytes as deflate does (RFC 1951), without a header. */
  deflate(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Unpacks what deflate packed; undefined if more comes out than `size` bytes. @throws Error if it is damaged */
  inflate(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined;
  /** How many threads the machine runs at once. */
  processors(): number;
  /** Why there can be no helpers, and what would change it; undefined if there can be. */
  obstacle(): string | undefined;
  /**
   * Starts a thread that keeps no process alive. It comes up later.
   * @param ended called when the thread has ended, with the reason, or has left after it was dismissed
   */
  startHelper(task: HelperTask, ended: (reason: string) => void): RunningHelper;
}

export interface RunningHelper {
  /** Ends the thread, wherever it is. Only for one that nobody waits for: a part that it holds is lost. */
  terminate(): void;
  /** Keeps the process alive until the thread has ended. */
  hold(): void;
  /** Whether the thread has ended, even if no event could say so yet; false where only events tell. */
  hasEnded(): boolean;
}

/** Whether the engine gives out memory that threads can share. */
export function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer === "function";
}

/** Whether the calling thread may sleep until a word of memory changes: a page's main thread may not. */
export function maySleep(): boolean {
  try {
    const word = new Int32Array(new SharedArrayBuffer(4));
    return Atomics.wait(word, 0, 1) === "not-equal"; // which it is: no time passes
  } catch {
    return false;
  }
}
