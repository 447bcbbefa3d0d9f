import type { Contender } from "../work.ts";
import { type Failure, failureOf } from "./unfinished.ts";

/** How long to measure. Times in milliseconds, for each contender. */
export interface Effort {
  readonly warmUp: number;
  readonly measure: number;
  /** for what is so slow that `measure` would be over at once */
  readonly fewestTurns: number;
  /** what is slower than this has one run before its one turn; 20 seconds unless said */
  readonly slow?: number;
}

/** V8 compiles WebAssembly twice, the second time when a function has run a while: a second of warm-up sees it through. */
export const THOROUGH: Effort = { warmUp: 1000, measure: 2000, fewestTurns: 5 };
/** To see that everything runs. Its figures are not for showing. */
export const QUICK: Effort = { warmUp: 200, measure: 200, fewestTurns: 2 };

// A sample is long against the clock's resolution and short against the machine's busy spells; a turn is long
// enough for the caches to forget the contender before.
const SAMPLE = 2;
const TURN = 20;

/** Milliseconds of a run beside which nothing that warms up is seen: two samples do. */
const SLOW = 20_000;

/** What is timed: its `run`, or what it measures by itself. */
export interface Racing extends Pick<Contender, "run" | "time"> {
  /** before each turn, not timed */
  begin?(): void;
}

/** A contender, warm, and how often it is to run. */
interface Plan<C> {
  readonly contender: C;
  readonly runsPerSample: number;
  readonly samplesPerTurn: number;
  readonly turns: number;
  /** Milliseconds that it took before it had its turns, for one so slow that this is a sample too. */
  readonly once?: number;
}

/** Milliseconds for one run, once for each sample; or why the contender gave up. */
export type Timing<C> = { readonly contender: C } & (
  | { readonly samples: readonly number[] }
  | { readonly failure: Failure }
);

/**
 * Times contenders in turns, so that a busy spell of the machine hits all of them. A slow contender takes part in few
 * rounds, evenly spread over all of them. Every other round goes through the contenders backwards.
 */
export async function interleave<C extends Racing>(
  contenders: readonly C[],
  effort: Effort,
): Promise<readonly Timing<C>[]> {
  const samples = new Map<C, number[]>();
  const failures = new Map<C, Failure>();
  const plans: Plan<C>[] = [];
  for (const contender of contenders) {
    samples.set(contender, []);
    await attempt(contender, failures, async () => {
      const plan = await warmUp(contender, effort);
      plans.push(plan);
      if (plan.once !== undefined) samples.get(contender)?.push(plan.once);
    });
  }

  const rounds = Math.max(0, ...plans.map(({ turns }) => turns));
  for (let round = 0; round < rounds; round++) {
    for (const plan of round % 2 === 0 ? plans : plans.toReversed()) {
      if (!takesPart(plan.turns, round, rounds) || failures.has(plan.contender)) continue;
      // Between turns, so that finalisers and what libraries postpone get their time without being timed.
      await macrotask();
      await attempt(plan.contender, failures, () => turn(plan, samples.get(plan.contender) ?? []));
    }
  }

  return contenders.map((contender) => {
    const failure = failures.get(contender);
    return failure === undefined ? { contender, samples: samples.get(contender) ?? [] } : { contender, failure };
  });
}

/** Whether a contender with `turns` turns has one in this round: exactly `turns` of the rounds, evenly spaced. */
export function takesPart(turns: number, round: number, rounds: number): boolean {
  return Math.floor(((round + 1) * turns) / rounds) > Math.floor((round * turns) / rounds);
}

async function attempt<C>(contender: C, failures: Map<C, Failure>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.set(contender, failureOf(error));
  }
}

async function warmUp<C extends Racing>(contender: C, effort: Effort): Promise<Plan<C>> {
  contender.begin?.();
  let runs = 1;
  let elapsed = await timeRuns(contender, runs);
  if (elapsed > (effort.slow ?? SLOW))
    return { contender, runsPerSample: 1, samplesPerTurn: 1, turns: 1, once: elapsed };
  let last = elapsed;
  do {
    if (last < SAMPLE) runs *= 2;
    last = await timeRuns(contender, runs);
    elapsed += last;
    await macrotask();
  } while (elapsed < effort.warmUp);

  const once = last / runs;
  const runsPerSample = Math.max(1, Math.round(SAMPLE / once));
  const sample = runsPerSample * once;
  const samplesPerTurn = Math.min(10, Math.max(1, Math.round(TURN / sample)));
  const turns = Math.max(effort.fewestTurns, Math.round(effort.measure / (sample * samplesPerTurn)));
  return { contender, runsPerSample, samplesPerTurn, turns };
}

async function turn<C extends Racing>(plan: Plan<C>, samples: number[]): Promise<void> {
  plan.contender.begin?.();
  for (let i = 0; i < plan.samplesPerTurn; i++) {
    samples.push((await timeRuns(plan.contender, plan.runsPerSample)) / plan.runsPerSample);
  }
}

/** Lets everything else that waits have its turn. A timer would do in Node, but a page holds timers back for 4 ms. */
function macrotask(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      done();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

/** Milliseconds. What runs synchronously is not awaited: a promise costs more than a small operation. */
async function timeRuns(contender: Pick<Contender, "run" | "time">, runs: number): Promise<number> {
  if (contender.time !== undefined) return contender.time(runs);
  const start = performance.now();
  for (let i = 0; i < runs; i++) {
    const pending = contender.run();
    if (pending !== undefined) await pending;
  }
  return performance.now() - start;
}
