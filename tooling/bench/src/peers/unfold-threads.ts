import { fromArray, matmul, runtime } from "@unfoldjs/tensor-core";
import type { LoadedLibrary } from "../measure/measure-case.ts";
import { randomArray, uniform } from "../random.ts";
import { unfold } from "./unfold.ts";

const PATIENCE = 5000; // milliseconds

/** Has so many threads share our work, and waits until they do: helpers start with the first large work. */
export async function startThreads(threads: number): Promise<void> {
  runtime.configure({ threads });
  const matrix = fromArray(randomArray(uniform(threads), 512 * 512), [512, 512]);
  const giveUp = performance.now() + PATIENCE;
  while (runtime.info().threads < threads && performance.now() < giveUp) {
    matmul(matrix, matrix).dispose();
    await new Promise((done) => setTimeout(done, 20));
  }
  matrix.dispose();
  const { threads: running, missing } = runtime.info();
  if (running < threads) {
    throw new Error(`${running} of ${threads} threads are up after ${PATIENCE / 1000} s: ${missing.join("; ")}`);
  }
}

/** Ours on so many threads and ours on one, which stands in for a peer. The number is set before each turn. */
export async function againstOneThread(threads: number): Promise<readonly LoadedLibrary[]> {
  const { name, version } = unfold;
  const ways = await unfold.load(threads);
  return [
    { library: { name, version, threads }, ways, begin: () => runtime.configure({ threads }) },
    {
      library: { name: `${name}, one thread`, version, threads: 1 },
      ways,
      begin: () => runtime.configure({ threads: 1 }),
    },
  ];
}
