import type { Arithmetic } from "../measure/arithmetic.ts";
import type { Effort } from "../measure/interleave.ts";
import type { Measurement } from "../measure/measure-case.ts";

/** What the page offers to the Node that opened it. Arguments and results are plain data. */
export interface PageBench {
  /** @param loops each module's bytes */
  open(loops: PlainLoops, threads: number): Promise<{ readonly instruction: Arithmetic["instruction"] }>;
  /** undefined if no peer in the page has a way to do it */
  measure(suite: string, name: string, effort: Effort, counted: Counted): Promise<Measurement | undefined>;
}

export interface PlainLoops {
  readonly fused: readonly number[];
  readonly multiplyThenAdd: readonly number[];
  readonly memory: readonly number[];
}

/** Which of the machine's loops run beside the case. */
export interface Counted {
  readonly traffic: boolean;
}

declare global {
  var bench: PageBench;
}
