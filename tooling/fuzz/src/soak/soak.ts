import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { macrotask } from "@unfoldjs/nn";
import { memory } from "@unfoldjs/tensor-core";
import { type Allowance, growing, type Sample } from "./growth.ts";
import { Work } from "./work.ts";

const MEGABYTE = 2 ** 20;

/** Of what the library counts by itself nothing may stay, however short the run. */
const COUNTED: Allowance = { tensors: 0.5, storages: 0.5, bytes: 512, packedBytes: 512 };
/**
 * Blocks of new sizes are still met now and then; garbage is collected before each sample, code is still compiled. Most of
 * what is resident is pages that the engine keeps for young objects once it has asked for them (`enginePages`, up to 130 MB
 * beside 24 MB in use): they come in a few steps over the first 40,000 training steps, and with
 * `--max-semi-space-size=1` they never do (118 MB resident for 225).
 */
const PROCESS: Allowance = {
  keptBytes: 2 * MEGABYTE,
  heapBytes: 4 * MEGABYTE,
  heapUsed: 4 * MEGABYTE,
  external: 4 * MEGABYTE,
  resident: 24 * MEGABYTE,
};

export interface Soak {
  readonly steps: number;
  readonly seed: number;
  /** How often it is looked. */
  readonly samples: number;
  /** Whether the process's own memory is left out: it takes thousands of steps to settle. */
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
}

/** Trains in mixed turns and looks at what stays. @returns what kept growing, in words; nothing if all was flat */
export async function soak({ steps, seed, samples: count, isQuick, say }: Soak): Promise<string[]> {
  const work = new Work(seed);
  const collect = collector();
  const samples: Sample[] = [];
  let done = 0;
  for (let sample = 1; sample <= count; sample++) {
    while (done < (steps * sample) / count) {
      done += await work.turn();
      await macrotask(); // finalisers run between macrotasks only
    }
    work.settle();
    collect();
    await macrotask();
    const { rss: resident, heapUsed, external } = process.memoryUsage();
    const values = { ...memory(), resident, heapUsed, enginePages: getHeapStatistics().total_physical_size, external };
    samples.push({ steps: done, values });
    say(`${done} steps: ${describe(values)}`);
  }
  return growing(samples, isQuick ? COUNTED : { ...COUNTED, ...PROCESS });
}

function describe(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value >= MEGABYTE ? `${(value / MEGABYTE).toFixed(1)} MB` : value}`)
    .join(", ");
}

/** The engine's collector, which Node hides unless asked. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("this Node has no collector to call");
  return () => void collect();
}
