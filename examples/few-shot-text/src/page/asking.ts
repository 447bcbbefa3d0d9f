import type { Answers, Ask, Progress, Told } from "./messages.ts";

/** How often the worker is asked whether it is alive, and how long it may take to say so, in milliseconds: steps of tuning take seconds. */
const [PING_EVERY, PING_PATIENCE] = [2000, 30_000];

/** The worker ended without being asked to; that is told once, to whoever made the `Asking`. */
export class LostError extends Error {
  override readonly name = "LostError";
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
  readonly #onLost: (reason: string) => void;
  readonly #watch: ReturnType<typeof setInterval>;
  #next = 0;
  #isPinging = false;
  #isOver = false;

  /** @param onLost is told once when the worker ends by itself, or answers no more; all that waited has failed then */
  constructor(onLost: (reason: string) => void) {
    this.#onLost = onLost;
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Told>) => this.#told(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#lose(event.message || "its program could not be loaded");
    });
    this.#watch = setInterval(() => void this.#ping(), PING_EVERY);
  }

  /** @throws LostError, or what went wrong or was stopped, in words */
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
    this.#isOver = true;
    clearInterval(this.#watch);
    this.#worker.terminate();
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.dispose();
    for (const { reject } of this.#waiting.values()) reject(new LostError(reason));
    this.#waiting.clear();
    this.#onLost(reason);
  }

  async #ping(): Promise<void> {
    // A hidden page's timers are slowed down, which would look like a slow worker.
    if (this.#isPinging || this.#isOver || document.hidden) return;
    this.#isPinging = true;
    const silent = setTimeout(() => this.#lose("it does not answer any more"), PING_PATIENCE);
    try {
      await this.ask({ kind: "ping" });
    } catch {
      // Lost meanwhile: that has been told.
    } finally {
      clearTimeout(silent);
      this.#isPinging = false;
    }
  }

  #told(told: Told): void {
    const waiting = this.#waiting.get(told.id);
    if ("progress" in told) {
      waiting?.onProgress?.(told.progress);
      return;
    }
    this.#waiting.delete(told.id);
    if ("result" in told) waiting?.resolve(told.result);
    else waiting?.reject(new Error(told.error));
  }
}
