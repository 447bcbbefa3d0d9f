import type { Answers, Ask, Progress, Told } from "./messages.ts";

/** What was asked for was stopped by whoever asked. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The page's side of its worker. */
export class Asking {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** @param onLost is told when the worker ends by itself; all that waited has failed then */
  constructor(onLost: (reason: string) => void) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Told>) => this.#told(data));
    this.#worker.addEventListener("error", (event) => {
      const reason = event.message || "its program could not be loaded";
      for (const { reject } of this.#waiting.values()) reject(new Error(reason));
      this.#waiting.clear();
      onLost(reason);
    });
  }

  /** @throws CancelledError, or what went wrong in words */
  async ask<Kind extends Ask["kind"]>(
    ask: Extract<Ask, { kind: Kind }>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Answers[Kind]> {
    const id = this.#next++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject, onProgress }));
    this.#worker.postMessage({ id, ask }, []);
    return (await answer) as Answers[Kind];
  }

  dispose(): void {
    this.#worker.terminate();
  }

  #told(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    if ("progress" in told) {
      waiting?.onProgress?.(told.progress);
      return;
    }
    this.#waiting.delete(told.id);
    if ("result" in told) waiting?.resolve(told.result);
    else waiting?.reject(told.isCancelled ? new CancelledError(told.error) : new Error(told.error));
  }
}
