import { type Remote, wrap } from "comlink";
import type { Alive } from "./serve.ts";
import { UntilLost } from "./until-lost.ts";

/** A worker ended without being asked to: calls that were under way are lost. */
export class WorkerLostError extends Error {
  override readonly name = "WorkerLostError";
}

interface Running<Api> {
  readonly worker: Worker;
  readonly api: Remote<Api & Alive>;
  /** Every call: all end once the worker is gone. */
  readonly calls: UntilLost;
  lose(reason: string): void;
}

/** How often a worker is asked whether it is alive, and how long it may take to say so, in milliseconds. */
const PING_EVERY = 1500;
const PING_PATIENCE = 6000;

/**
 * A lab's worker, seen from its page. One that ends (out of memory, killed, an error of its own) is noticed, at the latest
 * when it leaves a ping unanswered; calls that were waiting fail with a `WorkerLostError`, and the next call starts a new one.
 */
export class LabWorker<Api> {
  private readonly make: () => Worker;
  private readonly onLost: (reason: string) => void;
  private running: Running<Api> | undefined;
  private readonly watch: ReturnType<typeof setInterval>;
  private isWaiting = false;

  /**
   * @param make starts the worker: `() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })`
   * @param onLost is told of a worker that has ended; the lab then says so, and restores what it had
   */
  constructor(make: () => Worker, onLost: (reason: string) => void) {
    this.make = make;
    this.onLost = onLost;
    this.watch = setInterval(() => void this.ping(), PING_EVERY);
  }

  /** Calls the worker. @throws WorkerLostError if it ends before it has answered */
  async use<Result>(call: (api: Remote<Api & Alive>) => Promise<Result>): Promise<Result> {
    const { api, calls } = (this.running ??= this.start());
    return calls.wait(call(api));
  }

  /** Ends it for good. */
  dispose(): void {
    clearInterval(this.watch);
    this.running?.worker.terminate();
    this.running = undefined;
  }

  private start(): Running<Api> {
    const worker = this.make();
    const calls = new UntilLost();
    const running: Running<Api> = {
      worker,
      api: wrap<Api & Alive>(worker),
      calls,
      lose: (reason) => {
        if (this.running !== running) return;
        this.running = undefined;
        worker.terminate();
        calls.lose(new WorkerLostError(reason));
        this.onLost(reason);
      },
    };
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      running.lose(event.message || "its program could not be loaded");
    });
    return running;
  }

  private async ping(): Promise<void> {
    const { running } = this;
    // A hidden page's timers are slowed down, which would look like a slow worker.
    if (running === undefined || this.isWaiting || document.hidden) return;
    this.isWaiting = true;
    const silent = setTimeout(() => running.lose("it does not answer any more"), PING_PATIENCE);
    try {
      await running.calls.wait(running.api.ping());
    } catch {
      // Lost meanwhile: that has been told.
    } finally {
      clearTimeout(silent);
      this.isWaiting = false;
    }
  }
}
