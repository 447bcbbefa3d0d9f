import { Worker } from "node:worker_threads";

/** Longer than the slowest machine takes for any one call here. */
const HANG_MS = 20_000;
const LENGTH = 500;

/** Ends the process when a call does not come back, and says which: a test's own limit cannot interrupt one. */
export interface Watch {
  /** Notes what is about to be called. */
  note(what: string): void;
  stop(): void;
}

const PROGRAM = `
const { workerData: { shared, limit, length } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const [count] = [new Int32Array(shared, 0, 1)];
let [seen, since] = [-1, Date.now()];
setInterval(() => {
  const now = Atomics.load(count, 0);
  if (now !== seen) [seen, since] = [now, Date.now()];
  if (now < 0 || Date.now() - since < limit) return;
  const text = new TextDecoder().decode(new Uint8Array(shared, 4, length).slice()).replaceAll("\\0", "");
  writeSync(2, "this call hangs: " + text + "\\n");
  process.kill(process.pid, "SIGKILL");
}, 500);
`;

export function startWatch(): Watch {
  const shared = new SharedArrayBuffer(4 + LENGTH);
  const count = new Int32Array(shared, 0, 1);
  const text = new Uint8Array(shared, 4, LENGTH);
  const encoder = new TextEncoder();
  const worker = new Worker(PROGRAM, { eval: true, workerData: { shared, limit: HANG_MS, length: LENGTH } });
  worker.unref();
  return {
    note(what) {
      text.fill(0).set(encoder.encode(what).subarray(0, LENGTH));
      Atomics.add(count, 0, 1);
    },
    stop() {
      Atomics.store(count, 0, -1);
      void worker.terminate();
    },
  };
}
