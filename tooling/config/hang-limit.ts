import { env } from "node:process";
import { Worker } from "node:worker_threads";
import { beforeEach } from "vitest";

// A test whose thread never comes back, in a loop or a wait of the core, is past every timeout: timers need that thread. So
// another one watches, and ends the process with the test's name. Loaded before each file of tests.

/** Seconds without a turn of the event loop after which a test hangs. Slow ones take a few. */
const LIMIT = Number(env["UNFOLD_HANG_LIMIT"] ?? 300);

/** How often the event loop has turned, and how many bytes the name of the present test has. */
const words = new Int32Array(new SharedArrayBuffer(8));
const name = new Uint8Array(new SharedArrayBuffer(1000));

const WATCH = `
  const { workerData: { words, name, limit } } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  let [seen, seconds] = [-1, 0];
  // Counted, not measured: a machine that slept has not hung.
  setInterval(() => {
    const turns = Atomics.load(words, 0);
    seconds = turns === seen ? seconds + 1 : 0;
    seen = turns;
    if (seconds < limit) return;
    const test = Buffer.from(name.slice(0, Atomics.load(words, 1))).toString();
    writeSync(2, "\\nhung for " + limit + " s, so its process is ended: " + (test || "before the first test") + "\\n");
    process.kill(process.pid, "SIGKILL");
  }, 1000);`;

new Worker(WATCH, { eval: true, workerData: { words, name, limit: LIMIT }, execArgv: [], env: {} }).unref();
setInterval(() => Atomics.add(words, 0, 1), 500).unref();

beforeEach(({ task }) => {
  const { written } = new TextEncoder().encodeInto(`${task.file.name} > ${task.fullTestName}`, name);
  Atomics.store(words, 1, written);
});
