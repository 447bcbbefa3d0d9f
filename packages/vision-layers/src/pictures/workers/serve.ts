import { describe, FormatError, isUnfoldError, runtime, tensorsIn } from "@unfoldjs/tensor-core";
import { builtin } from "../io/host.ts";
import { assertExamples, batchInTime, type DrawnExamples, type Job } from "./examples.ts";
import { packed } from "./packed.ts";

/** What comes first: where answers go, and a word that is raised with each. */
export interface Opening {
  readonly port: MessagePortLike;
  readonly signal: Int32Array | undefined;
}

/** Of a page or of Node. */
export interface MessagePortLike {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
}

/** What a worker answers. */
export type Answer =
  | { readonly ready: number }
  | { readonly job: number; readonly batch: unknown }
  | { readonly job: number; readonly problem: string };

/** An order, by its number. */
export interface Order extends Job {
  readonly job: number;
}

/**
 * Makes this worker serve examples to `exampleWorkers`: the last line of a file that a worker runs.
 *
 * @example
 * // flowers.ts
 * serveExamples(imageFolder("flowers", { transform: (picture, generator) => augment(toTensor(picture), generator) }));
 * @param examples `{ length, get(index, generator) }` @throws ValueError on what are none
 */
export function serveExamples<Example>(examples: DrawnExamples<Example>): void {
  const op = "serveExamples";
  assertExamples(op, examples);
  const here = builtin("node:worker_threads")?.parentPort ?? pageWorker();
  if (here === undefined || here === null) {
    throw new FormatError(
      op,
      { thread: "main" },
      "there is nobody to serve: this is no worker",
      "run the file as a worker",
    );
  }
  // Workers are as many as there is to do: threads of their own would only stand in each other's way.
  runtime.configure({ threads: 1 });
  const answerTo = ({ port, signal }: Opening): ((order: Order) => Promise<void>) => {
    const say = (answer: Answer, memory: readonly ArrayBuffer[] = []): void => {
      port.postMessage(answer, memory);
      if (signal === undefined) return;
      Atomics.add(signal, 0, 1);
      Atomics.notify(signal, 0);
    };
    say({ ready: examples.length });
    return async ({ job, ...wanted }) => {
      try {
        const batch = await batchInTime(op, examples, wanted);
        const { value, memory } = packed(batch);
        for (const handle of tensorsIn(batch)) handle.dispose();
        say({ job, batch: value }, memory);
      } catch (error) {
        say({ job, problem: isUnfoldError(error) || error instanceof Error ? error.message : describe(error) });
      }
    };
  };
  let answer: ((order: Order) => Promise<void>) | undefined;
  // One after the other, as they come: generators belong to examples, so the order changes no bit.
  let last = Promise.resolve();
  const hear = (message: Opening | Order): void => {
    if ("port" in message) answer = answerTo(message);
    else last = last.then(() => answer?.(message));
  };
  if ("on" in here) here.on("message", hear);
  else here.addEventListener("message", ({ data }: MessageEvent<Opening | Order>) => hear(data));
}

/** The worker of a page that this is; undefined in the page itself. */
function pageWorker():
  | { addEventListener(type: "message", listener: (event: MessageEvent<Opening | Order>) => void): void }
  | undefined {
  const { WorkerGlobalScope: kind } = globalThis as { WorkerGlobalScope?: new () => object };
  return kind !== undefined && globalThis instanceof kind ? globalThis : undefined;
}
