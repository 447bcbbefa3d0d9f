import { table } from "./cases/index.ts";
import { type SpeedCase, speedCases } from "./runners/speed.ts";

/** How long a call is repeated before and while it is timed. */
const SECONDS = 0.15;

/** Microseconds of one call: the fastest of the batches that fit into the time. */
function microseconds({ prepare }: SpeedCase): number {
  const { run, dispose } = prepare();
  const batch = (calls: number): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return ((performance.now() - start) * 1000) / calls;
  };
  let calls = 1;
  while (batch(calls) * calls < SECONDS * 1e5) calls *= 2; // a batch is a tenth of the time
  const end = performance.now() + SECONDS * 1000;
  let fastest = Infinity;
  while (performance.now() < end) fastest = Math.min(fastest, batch(calls));
  dispose();
  return fastest;
}

const wanted = process.argv.slice(2);
const chosen = speedCases(table).filter(({ op }) => wanted.length === 0 || wanted.includes(op));
const unknown = wanted.filter((name) => chosen.every(({ op }) => op !== name));
if (unknown.length > 0) {
  console.error(`no case to time: ${unknown.join(", ")} (the name of an op, as in \`pnpm run speed matmul\`)`);
  process.exitCode = 1;
}
for (const speedCase of chosen) console.log(`${microseconds(speedCase).toFixed(2).padStart(12)} µs  ${speedCase.name}`);
