import {
  assertFunction,
  assertWhole,
  checkOptions,
  FormatError,
  type OptionChecks,
  RuntimeError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { builtin } from "../io/host.ts";
import type { Job } from "./examples.ts";
import type { Answer, Order } from "./serve.ts";

/** A worker of Node or of a page, as far as it is used. */
interface AnyWorker {
  postMessage(message: unknown, transfer: readonly object[]): void;
  terminate(): unknown;
}

/** Options of `exampleWorkers`. */
export interface WorkerOptions {
  /** How many there are. Default 2. */
  readonly count?: number;
  /** Seconds without an answer after which a batch is given up. Default 120. */
  readonly timeout?: number;
}

const OPTIONS: OptionChecks<WorkerOptions> = {
  count: (op, name, value) => {
    assertWhole(op, name, value, 1);
    if (value > 64) throw wrongArgument(op, name, value, "a whole number from 1 to 64");
  },
  timeout: (op, name, value) => {
    if (typeof value !== "number" || !(value > 0 && value < 1e6))
      throw wrongArgument(op, name, value, "a number of seconds above 0");
  },
};

/**
 * Starts workers that make batches for `augmentedBatches`. Each runs a file that ends in `serveExamples`.
 *
 * @example
 * // in Node, of node:worker_threads; in a page with { type: "module" }
 * const workers = await exampleWorkers(() => new Worker(new URL("./flowers.ts", import.meta.url)));
 * @param start makes a worker @throws ValueError unless it does, RuntimeError if one ends or says nothing
 */
export async function exampleWorkers(start: () => unknown, options: WorkerOptions = {}): Promise<ExampleWorkers> {
  const op = "exampleWorkers";
  assertFunction(op, "start", start);
  checkOptions(op, options, OPTIONS);
  const { count = 2, timeout = 120 } = options;
  const threads: Thread[] = [];
  try {
    for (let i = 0; i < count; i++) threads.push(new Thread(madeBy(op, start)));
    const lengths = await Promise.all(threads.map((thread) => thread.ready(op, timeout)));
    return new ExampleWorkers(threads, lengths[0] ?? 0, timeout);
  } catch (error) {
    for (const thread of threads) thread.end();
    throw error;
  }
}

function madeBy(op: string, start: () => unknown): AnyWorker {
  const worker = start();
  const isWorker = typeof worker === "object" && worker !== null && "postMessage" in worker && "terminate" in worker;
  if (!isWorker)
    throw wrongArgument(op, "what start gives", worker, "a Worker", "() => new Worker(new URL(…, import.meta.url))");
  return worker as AnyWorker;
}

/** Workers that make batches. Ended by `close`, or at the end of a block by `await using`. */
export class ExampleWorkers {
  readonly length: number;
  private readonly threads: readonly Thread[];
  private readonly timeout: number;
  private jobs = 0;

  constructor(threads: readonly Thread[], length: number, timeout: number) {
    this.threads = threads;
    this.length = length;
    this.timeout = timeout;
  }

  /** How many there are. */
  get count(): number {
    return this.threads.length;
  }

  /** Asks for a batch. @returns its number */
  order(job: Job): number {
    const number = this.jobs++;
    this.of(number).order({ job: number, ...job });
    return number;
  }

  /** A batch that was asked for, waited for. Node only. */
  now(op: string, job: number): unknown {
    return this.of(job).now(op, job, this.timeout);
  }

  /** The same without keeping this thread waiting. */
  async later(op: string, job: number): Promise<unknown> {
    return await this.of(job).later(op, job, this.timeout);
  }

  /** Lets go of a batch that was asked for and is not wanted any more. */
  forget(job: number): void {
    this.of(job).forget(job);
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.end()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private of(job: number): Thread {
    const thread = this.threads[job % this.threads.length];
    if (thread === undefined) throw new RuntimeError("augmentedBatches", {}, "the workers have been closed");
    return thread;
  }
}

type Listener = (answer: Answer) => void;

/** A worker and what it has said. */
class Thread {
  private readonly worker: AnyWorker;
  private readonly port: MessagePort;
  private readonly signal: Int32Array<SharedArrayBuffer> | undefined;
  private readonly answers = new Map<number, Answer>();
  private readonly forgotten = new Set<number>();
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private hears: Listener | undefined;
  private length: number | undefined;
  private ended: string | undefined;

  constructor(worker: AnyWorker) {
    this.worker = worker;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.signal = typeof SharedArrayBuffer === "function" ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
    port1.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.take(data));
    port1.start();
    worker.postMessage({ port: port2, signal: this.signal }, [port2]);
    this.watch();
  }

  /** @returns how many examples there are */
  async ready(op: string, seconds: number): Promise<number> {
    if (this.length !== undefined) return this.length;
    return await this.inTime(op, seconds, (done) => {
      this.hears = (answer) => {
        if ("ready" in answer) done(answer.ready);
      };
    });
  }

  order(order: Order): void {
    this.worker.postMessage(order, []);
  }

  forget(job: number): void {
    if (!this.answers.delete(job)) this.forgotten.add(job);
  }

  now(op: string, job: number, seconds: number): unknown {
    const receive = builtin("node:worker_threads")?.receiveMessageOnPort;
    if (receive === undefined || this.signal === undefined) {
      const rule = "only Node waits for a worker in the middle of a loop";
      throw new RuntimeError(op, {}, rule, "for await (const batch of augmentedBatches(…))");
    }
    const until = Date.now() + 1000 * seconds;
    while (!this.answers.has(job)) {
      const seen = Atomics.load(this.signal, 0);
      const message = receive(this.port);
      if (message !== undefined) {
        this.take(message.message as Answer);
        continue;
      }
      if (Date.now() > until || this.ended !== undefined) throw this.lost(op, seconds);
      Atomics.wait(this.signal, 0, seen, 200);
    }
    return this.taken(op, job);
  }

  async later(op: string, job: number, seconds: number): Promise<unknown> {
    if (!this.answers.has(job)) await this.inTime<void>(op, seconds, (done) => this.waiting.set(job, () => done()));
    return this.taken(op, job);
  }

  end(): unknown {
    this.port.close();
    this.ended ??= "it was closed";
    return this.worker.terminate();
  }

  private taken(op: string, job: number): unknown {
    const answer = this.answers.get(job);
    this.answers.delete(job);
    if (answer !== undefined && "batch" in answer) return answer.batch;
    const problem = answer !== undefined && "problem" in answer ? answer.problem : "nothing";
    throw new FormatError(op, { problem }, "a worker could not make a batch");
  }

  private take(answer: Answer): void {
    if ("ready" in answer) {
      this.length = answer.ready;
      this.hears?.(answer);
      return;
    }
    if (this.forgotten.delete(answer.job)) return;
    this.answers.set(answer.job, answer);
    this.waiting.get(answer.job)?.(answer);
    this.waiting.delete(answer.job);
  }

  /** Notes what ends the worker, and tells those who wait. */
  private watch(): void {
    const worker = this.worker as {
      on?(type: string, f: (cause: unknown) => void): void;
      addEventListener?: Worker["addEventListener"];
    };
    const note = (cause: string): void => {
      this.ended ??= cause;
      this.failed?.();
    };
    if (worker.on !== undefined) {
      worker.on("error", (error) => note(error instanceof Error ? error.message : String(error)));
      worker.on("exit", (code) => note(`it ended with ${String(code)}`));
    } else
      worker.addEventListener?.("error", (event) => note(event instanceof ErrorEvent ? event.message : "an error"));
  }

  private failed: (() => void) | undefined;

  private async inTime<T>(op: string, seconds: number, begin: (done: (value: T) => void) => void): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const fail = (): void => {
        clearTimeout(timer);
        reject(this.lost(op, seconds));
      };
      const timer = setTimeout(fail, 1000 * seconds);
      this.failed = fail;
      begin((value) => {
        clearTimeout(timer);
        this.failed = undefined;
        resolve(value);
      });
      if (this.ended !== undefined) fail();
    });
  }

  private lost(op: string, seconds: number): RuntimeError {
    const problem = this.ended ?? `no answer in ${seconds} s`;
    return new RuntimeError(
      op,
      { problem },
      "a worker that makes batches is gone",
      "does its file end in serveExamples(…)?",
    );
  }
}
