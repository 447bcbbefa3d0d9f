import type { Bar } from "./bar.ts";
import { disagreement } from "./measure/agreement.ts";
import type { Traffic } from "./measure/memory.ts";
import type { Contender, Outputs, Ways, Works } from "./work.ts";

/** One line of a suite: a kind of work and a problem of it. */
export interface CaseRow<W extends keyof Works> {
  readonly name: string;
  readonly work: W;
  /** made anew from a fixed seed whenever it is asked for */
  readonly problem: () => Works[W];
  /** what must come out, in f64 */
  readonly expected: (problem: Works[W]) => Outputs;
  /** the largest error allowed, as a share of the largest expected value */
  readonly tolerance: number;
  readonly unit: "ms" | "ns";
  /** floating-point operations, where they are what takes the time */
  readonly flops?: number;
  /** what must be moved at least, where memory is what takes the time */
  readonly traffic?: Traffic | undefined;
  /** what the machine takes for doing nothing of the kind: no library can be faster */
  readonly floor?: { readonly name: string; make(): Pick<Contender, "run"> };
  readonly bars?: readonly Bar[];
}

/** A case whose kind of work is known to itself alone, so that suites can hold cases of several kinds. */
export interface Case extends Pick<CaseRow<keyof Works>, "name" | "work" | "unit" | "flops" | "traffic" | "floor"> {
  readonly bars: readonly Bar[];
  /** Makes the problem and its expected outputs. */
  pose(): PosedCase;
}

/** A case with its data. */
export interface PosedCase {
  /** Prepares a library for the problem; undefined if it has no way to do it. */
  prepare(ways: Ways): Promise<Contender | undefined>;
  /** What is wrong with what came out, or undefined. */
  check(outputs: Outputs): string | undefined;
}

/** Cases that belong together. */
export interface Suite {
  readonly name: string;
  /** what is measured, in a few words */
  readonly title: string;
  /** its bars say nothing of how many threads are used, so they are judged with any number */
  readonly anyThreads?: boolean;
  /** who is compared: with `threads`, ours on several threads with ours on one; otherwise all libraries */
  readonly contest?: "threads";
  readonly cases: readonly Case[];
}

export function defineCase<W extends keyof Works>(row: CaseRow<W>): Case {
  return {
    name: row.name,
    unit: row.unit,
    work: row.work,
    bars: row.bars ?? [],
    ...(row.flops !== undefined && { flops: row.flops }),
    ...(row.traffic !== undefined && { traffic: row.traffic }),
    ...(row.floor !== undefined && { floor: row.floor }),
    pose() {
      const problem = row.problem();
      const expected = row.expected(problem);
      return {
        prepare: async (ways) => ways[row.work]?.(problem),
        check: (outputs) => disagreement(outputs, expected, row.tolerance),
      };
    },
  };
}
