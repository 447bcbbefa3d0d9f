import { BudgetError } from "../errors/decoding-error.ts";
import type { Limits } from "./model.ts";

/** A search that does not wait for anything lets others run this often: aborts and timers need a turn of the event loop. */
const TURN_MS = 50;

/** Holds a search to its limits. */
export class Guard {
  readonly signal: AbortSignal | undefined;
  readonly #op: string;
  readonly #maxSteps: number;
  readonly #milliseconds: number;
  readonly #start: number = performance.now();
  #lastTurn: number = this.#start;

  constructor(op: string, { signal, maxSteps, maxMilliseconds }: Limits) {
    this.#op = op;
    this.signal = signal;
    this.#maxSteps = maxSteps ?? Infinity;
    this.#milliseconds = maxMilliseconds ?? Infinity;
  }

  /** True if no budget is left. @throws the signal's reason, if it is aborted */
  isSpent(steps: number): boolean {
    this.signal?.throwIfAborted();
    return steps >= this.#maxSteps || performance.now() - this.#start >= this.#milliseconds;
  }

  /** Lets timers and events run, if they could not for long. */
  async turn(): Promise<void> {
    if (performance.now() - this.#lastTurn < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastTurn = performance.now();
    this.signal?.throwIfAborted();
  }

  /** Waits for a step, but no longer than the time that is left, and only while nobody aborts. */
  async wait<Value>(promise: PromiseLike<Value>): Promise<Value> {
    this.#lastTurn = performance.now();
    const { signal } = this;
    if (signal === undefined && this.#milliseconds === Infinity) return promise;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let onAbort: (() => void) | undefined;
    const limit = new Promise<never>((_, reject) => {
      if (this.#milliseconds !== Infinity) {
        const left = Math.max(0, this.#milliseconds - (performance.now() - this.#start));
        timer = setTimeout(() => reject(this.#late()), Math.min(left, 2 ** 31 - 1));
      }
      onAbort = () => reject(signal?.reason as Error);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([promise, limit]);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  #late(): BudgetError {
    const came = { maxMilliseconds: this.#milliseconds };
    return new BudgetError(
      this.#op,
      came,
      "a call of step did not come back before the time was up",
      "raise maxMilliseconds, or see why step hangs",
    );
  }
}
