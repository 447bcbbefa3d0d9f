// What runs in the thread of a contender that may have to be ended.

import { parentPort, workerData } from "node:worker_threads";
import type { NetworkStepProblem } from "../network-problems.ts";
import type { Contender, Outputs } from "../work.ts";
import type { Answer, Request, SlowLibrary } from "./in-worker.ts";

const MAKERS: Readonly<Record<SlowLibrary, (problem: NetworkStepProblem) => Promise<Contender>>> = {
  async "jax-js"(problem) {
    const { defaultDevice, init } = await import("@jax-js/jax");
    await init("wasm");
    defaultDevice("wasm");
    const { networkStep } = await import("./jax-js-network.ts");
    return networkStep(problem);
  },
  async "tfjs-cpu"(problem) {
    const tf = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-cpu");
    const { registerGradients } = await import("./tfjs-gradients.ts");
    await registerGradients();
    const { networkStep } = await import("./tfjs-network.ts");
    return networkStep(tf, problem);
  },
};

const { library, problem } = workerData as { readonly library: SlowLibrary; readonly problem: NetworkStepProblem };
const say = (answer: Answer): void => parentPort?.postMessage(answer, []);

async function answered(work: () => Answer | Promise<Answer>): Promise<void> {
  try {
    say(await work());
  } catch (error) {
    say({ kind: "failure", reason: error instanceof Error ? error.message : String(error) });
  }
}

let contender: Contender | undefined;
await answered(async () => {
  contender = await MAKERS[library](problem);
  return { kind: "ready" };
});
parentPort?.on("message", (request: Request) =>
  answered(async () => {
    if (contender === undefined) throw new Error("there is no contender");
    if (request.kind === "outputs") return { kind: "outputs", outputs: packed(await contender.outputs()) };
    const start = performance.now();
    for (let i = 0; i < request.runs; i++) await contender.run();
    return { kind: "time", milliseconds: performance.now() - start };
  }),
);

/** Lists of millions of numbers as arrays that cross to another thread at once. */
function packed(outputs: Outputs): Outputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, Float64Array.from(values)]));
}
