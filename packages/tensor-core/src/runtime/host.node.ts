import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { NODE_HELPER } from "./helper-program.ts";
import { hasSharedMemory, type Host } from "./host.ts";

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
    const worker = new Worker(NODE_HELPER, {
      eval: true,
      workerData: task,
      name: `unfold helper ${task.index}`,
      // Options of this process (a loader, say) are not for a program that imports nothing.
      execArgv: [],
      env: {},
    });
    worker.unref();
    worker.on("error", (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => ended(`its thread exited with code ${code}`));
    return { terminate: () => void worker.terminate() };
  },
};
