import { Worker } from "node:worker_threads";
import { Unfinished } from "../measure/unfinished.ts";
import type { NetworkStepProblem } from "../network-problems.ts";
import type { Contender, Outputs } from "../work.ts";

/** Learning a network, by libraries that may take minutes for a step. */
export type SlowLibrary = "jax-js" | "tfjs-cpu";

/** Milliseconds for one step: enough to tell hundreds of times what ours takes, and little enough to wait for. */
const LIMIT = 150_000;

/** What the thread is asked for. */
export type Request = { readonly kind: "outputs" } | { readonly kind: "time"; readonly runs: number };
/** What it answers. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "outputs"; readonly outputs: Outputs }
  | { readonly kind: "time"; readonly milliseconds: number }
  | { readonly kind: "failure"; readonly reason: string };

/**
 * A step of a network in a thread of its own, which is ended where one takes longer than `limit` milliseconds: nothing else
 * stops a call that computes. The first step is the one that is compared; what a library compiles for it counts.
 */
export async function networkStepInWorker(
  library: SlowLibrary,
  problem: NetworkStepProblem,
  limit: number = LIMIT,
): Promise<Contender> {
  const worker = new Worker(new URL("in-worker-thread.ts", import.meta.url), { workerData: { library, problem } });
  const answer = (expected: Answer["kind"], within?: number): Promise<Answer> =>
    new Promise((done, fail) => {
      const end = (): void => {
        void worker.terminate();
        fail(new Unfinished(limit));
      };
      const timer = within === undefined ? undefined : setTimeout(end, within);
      worker.once("error", fail);
      worker.once("message", (message: Answer) => {
        clearTimeout(timer);
        worker.off("error", fail);
        if (message.kind === expected) done(message);
        else fail(new Error(message.kind === "failure" ? message.reason : `answered ${message.kind}`));
      });
    });
  const ask = (request: Request): Promise<Answer> => {
    const answered = answer(request.kind, request.kind === "time" ? limit * request.runs : limit);
    worker.postMessage(request, []);
    return answered;
  };
  await answer("ready");
  const time = async (runs: number): Promise<number> => {
    const timed = await ask({ kind: "time", runs });
    return timed.kind === "time" ? timed.milliseconds : NaN;
  };
  return {
    run: async () => void (await time(1)),
    time,
    async outputs() {
      const compared = await ask({ kind: "outputs" });
      return compared.kind === "outputs" ? compared.outputs : {};
    },
    async dispose() {
      await worker.terminate();
    },
  };
}
