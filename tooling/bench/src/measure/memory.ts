import { randomArray, uniform } from "../random.ts";
import type { Contender } from "../work.ts";
import { type Loops, STRIDE } from "./loops.ts";

/** What work must move at least: each input is read once and each output written once, in each pass that it needs. */
export interface Traffic {
  /** read: one array is read; copy: one is read, one written; triad: two are read, one written */
  readonly pattern: "read" | "copy" | "triad";
  /** of all arrays together */
  readonly bytes: number;
  /** of one array, where the work goes over its arrays more than once; as many as `bytes` makes of each otherwise */
  readonly ofArray?: number;
}

const ARRAYS = { read: 1, copy: 2, triad: 3 };
const PAGE = 65_536;

/** @param bytes of one array */
export function trafficOf(pattern: Traffic["pattern"], bytes: number): Traffic {
  return { pattern, bytes: bytes * ARRAYS[pattern] };
}

/** The machine's own loop with the same traffic, over arrays as large as the work's. */
export interface MemoryLoop extends Pick<Contender, "run"> {
  /** moved by one run of the loop */
  readonly bytes: number;
}

/**
 * A loop that does nothing but move memory. Its arrays are no larger than the case's, so that they lie in the caches
 * that the case's lie in: a ceiling from a larger array would be one that small work passes easily.
 */
export function makeMemoryLoop({ memory: code }: Loops, traffic: Traffic): MemoryLoop {
  const { pattern, bytes, ofArray = bytes / ARRAYS[pattern] } = traffic;
  const size = Math.floor(ofArray / STRIDE) * STRIDE;
  if (size === 0) {
    throw new RangeError(`makeMemoryLoop: ${bytes} bytes are less than one stride of ${STRIDE} for each array`);
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((size * ARRAYS[pattern]) / PAGE) });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { machine: { memory } });
  const loop = exports[pattern];
  if (typeof loop !== "function") throw new Error(`makeMemoryLoop: the module has no ${pattern}`);
  // Written before it is read: pages that were never written are all one page of zeros.
  new Float32Array(memory.buffer).set(randomArray(uniform(size), (size * ARRAYS[pattern]) / 4));
  return { run: () => void loop(0, size, size, 2 * size), bytes: size * ARRAYS[pattern] };
}
