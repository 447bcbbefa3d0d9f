import type { Case } from "../case.ts";
import type { Contender, Library, Ways } from "../work.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { type Effort, interleave, type Racing } from "./interleave.ts";
import type { Loops } from "./loops.ts";
import { makeMemoryLoop } from "./memory.ts";
import { type Statistics, summarise } from "./statistics.ts";
import { type Failure, failureOf } from "./unfinished.ts";

/** A library that is ready to be asked for contenders. */
export interface LoadedLibrary {
  readonly library: Library;
  readonly ways: Ways;
  /** Sets what the library is to run with; before each of its turns, not timed. */
  begin?(): void;
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
export interface LeftOut extends Failure {
  readonly name: string;
}

/** What came of a case in one place. Plain data: it crosses from a page to Node. */
export interface Measurement {
  readonly standings: readonly Standing[];
  readonly leftOut: readonly LeftOut[];
  /** 10⁹ floating-point operations a second of the multiply-add loop in the same rounds, if the case counts them */
  readonly arithmeticGflops?: number;
  /** 10⁹ bytes a second of the memory loop in the same rounds, if the case counts them */
  readonly memoryGbps?: number;
  /** of the case's floor, if it has one */
  readonly floor?: Statistics;
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
  const floor = chosen.floor?.make();
  const arithmetic = chosen.flops === undefined ? undefined : machine.arithmetic;

  const racers: Racer[] = prepared.map(({ library, begin, contender }) => ({
    library,
    begin,
    run: () => contender.run(),
    ...(contender.time && { time: (runs: number) => contender.time?.(runs) ?? Promise.resolve(NaN) }),
  }));
  const paces: Racer[] = [arithmetic, memory, floor].flatMap((pace) => (pace ? [{ pace, run: () => pace.run() }] : []));
  const timings = await interleave([...racers, ...paces], effort);
  for (const { contender } of prepared) await contender.dispose();

  const standings: Standing[] = [];
  const ofPaces = new Map<Racer["pace"], Statistics>();
  for (const timing of timings) {
    const { library, pace } = timing.contender;
    if ("failure" in timing) {
      if (library === undefined) throw new Error(`what is no library failed: ${timing.failure.reason}`);
      leftOut.push({ name: library.name, ...timing.failure });
    } else if (library === undefined) ofPaces.set(pace, summarise(timing.samples));
    else standings.push({ library, times: summarise(timing.samples) });
  }
  const ofFloor = ofPaces.get(floor);
  return {
    standings,
    leftOut,
    ...(ofFloor && { floor: ofFloor }),
    ...(arithmetic && { arithmeticGflops: arithmetic.flops / (ofPaces.get(arithmetic)?.best ?? NaN) / 1e6 }),
    ...(memory && { memoryGbps: memory.bytes / (ofPaces.get(memory)?.best ?? NaN) / 1e6 }),
  };
}

/** A library's contender, or what sets the pace: a loop of the machine's own, or the floor. */
interface Racer extends Racing {
  readonly library?: Library;
  readonly pace?: Pick<Contender, "run">;
}

interface Prepared {
  readonly library: Library;
  readonly begin: () => void;
  readonly contender: Contender;
}

/** Contenders whose outputs were right. */
async function prepare(
  chosen: Case,
  libraries: readonly LoadedLibrary[],
): Promise<{ readonly prepared: Prepared[]; readonly leftOut: LeftOut[] }> {
  const posed = chosen.pose();
  const leftOut: LeftOut[] = [];
  const prepared: Prepared[] = [];
  for (const { library, ways, begin = () => {} } of libraries) {
    try {
      begin();
      const contender = await posed.prepare(ways);
      if (contender === undefined) continue;
      const wrong = posed.check(await contender.outputs());
      if (wrong === undefined) prepared.push({ library, begin, contender });
      else {
        leftOut.push({ name: library.name, reason: wrong });
        await contender.dispose();
      }
    } catch (error) {
      leftOut.push({ name: library.name, ...failureOf(error) });
    }
  }
  return { prepared, leftOut };
}
