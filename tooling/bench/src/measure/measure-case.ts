import type { Case } from "../case.ts";
import type { Contender, Library, Ways } from "../work.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { type Effort, interleave } from "./interleave.ts";
import type { Loops } from "./loops.ts";
import { makeMemoryLoop } from "./memory.ts";
import { type Statistics, summarise } from "./statistics.ts";

/** A library that is ready to be asked for contenders. */
export interface LoadedLibrary {
  readonly library: Library;
  readonly ways: Ways;
}

/** The machine's own loops, by which it is known what there is to be reached. */
export interface Machine {
  readonly loops: Loops;
  readonly arithmetic: Arithmetic;
}

/** How a library did. */
export interface Standing {
  readonly library: Library;
  readonly times: Statistics;
}

/** Why a library that can do the work was not timed. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** What came of a case in one place. Plain data: it crosses from a page to Node. */
export interface Measurement {
  readonly standings: readonly Standing[];
  readonly leftOut: readonly LeftOut[];
  /** 10⁹ floating-point operations a second of the multiply-add loop in the same rounds, if the case counts them */
  readonly arithmeticGflops?: number;
  /** 10⁹ bytes a second of the memory loop in the same rounds, if the case counts them */
  readonly memoryGbps?: number;
}

/**
 * Has every library that can do the case's work do it once, compares what comes out with the reference, and times
 * those that were right, in turns.
 */
export async function measureCase(
  chosen: Case,
  libraries: readonly LoadedLibrary[],
  machine: Machine,
  effort: Effort,
): Promise<Measurement> {
  const { prepared, leftOut } = await prepare(chosen, libraries);
  const memory = chosen.traffic && makeMemoryLoop(machine.loops, chosen.traffic);
  const arithmetic = chosen.flops === undefined ? undefined : machine.arithmetic;

  const racers: Racer[] = prepared.map(({ library, contender }) => ({ library, run: () => contender.run() }));
  const paces: Racer[] = [arithmetic, memory].flatMap((loop) => (loop ? [{ loop, run: () => loop.run() }] : []));
  const timings = await interleave([...racers, ...paces], effort);
  for (const { contender } of prepared) await contender.dispose();

  const standings: Standing[] = [];
  const fastest = new Map<Racer["loop"], number>();
  for (const timing of timings) {
    const { library, loop } = timing.contender;
    if ("failure" in timing) {
      if (library === undefined) throw new Error(`the machine's own loop failed: ${timing.failure}`);
      leftOut.push({ name: library.name, reason: timing.failure });
    } else if (library === undefined) fastest.set(loop, summarise(timing.samples).best);
    else standings.push({ library, times: summarise(timing.samples) });
  }
  return {
    standings,
    leftOut,
    ...(arithmetic && { arithmeticGflops: arithmetic.flops / (fastest.get(arithmetic) ?? NaN) / 1e6 }),
    ...(memory && { memoryGbps: memory.bytes / (fastest.get(memory) ?? NaN) / 1e6 }),
  };
}

/** A library's contender, or a loop of the machine's own. */
interface Racer extends Pick<Contender, "run"> {
  readonly library?: Library;
  readonly loop?: Pick<Contender, "run">;
}

/** Contenders whose outputs were right. */
async function prepare(
  chosen: Case,
  libraries: readonly LoadedLibrary[],
): Promise<{ readonly prepared: { library: Library; contender: Contender }[]; readonly leftOut: LeftOut[] }> {
  const posed = chosen.pose();
  const leftOut: LeftOut[] = [];
  const prepared: { library: Library; contender: Contender }[] = [];
  for (const { library, ways } of libraries) {
    try {
      const contender = await posed.prepare(ways);
      if (contender === undefined) continue;
      const wrong = posed.check(await contender.outputs());
      if (wrong === undefined) prepared.push({ library, contender });
      else {
        leftOut.push({ name: library.name, reason: wrong });
        await contender.dispose();
      }
    } catch (error) {
      leftOut.push({ name: library.name, reason: reasonOf(error) });
    }
  }
  return { prepared, leftOut };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
