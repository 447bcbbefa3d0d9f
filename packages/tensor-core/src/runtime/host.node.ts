import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { HELP } from "./helper-program.ts";
import { hasSharedMemory, type Host } from "./host.ts";
import { hasEnded, newLife, SHOW_LIFE } from "./thread-life.node.ts";

/** The program of a helper that finds its task in `workerData`. Its thread ends by itself once it has left. */
const PROGRAM = `
  const { workerData } = require("node:worker_threads");
  const { life } = workerData;${SHOW_LIFE}
  (${HELP})(workerData);
`;

/** Node, and what takes its place. */
export const nodeHost: Host = {
  deflate: (bytes) => new Uint8Array(deflateRawSync(bytes)),
  inflate(packed, size) {
    try {
      return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }));
    } catch (error) {
      if (error instanceof RangeError) return undefined; // more than that
      throw error;
    }
  },
  processors: availableParallelism,
  obstacle: () => (hasSharedMemory() ? undefined : "this engine gives out no shared memory"),
  startHelper(task, ended) {
    const life = newLife();
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { ...task, life },
      name: `unfold helper ${task.index}`,
      // Options of this process (a loader, say) are not for a program that imports nothing.
      execArgv: [],
      env: {},
    });
    worker.unref();
    worker.on("error", (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => ended(`its thread exited with code ${code}`));
    return {
      terminate: () => void worker.terminate(),
      hold: () => worker.ref(),
      hasEnded: () => hasEnded(life),
    };
  },
};
