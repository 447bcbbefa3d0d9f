import type { Case } from "../case.ts";
import type { Contender, Peer, Ways } from "../work.ts";
import type { Ceiling } from "./ceiling.ts";
import { type Effort, interleave } from "./interleave.ts";
import { type Statistics, summarise } from "./statistics.ts";

/** A library that is ready to be asked for contenders. */
export interface LoadedPeer {
  readonly peer: Peer;
  readonly ways: Ways;
}

/** How a library did. */
export interface Standing {
  readonly peer: Peer;
  readonly times: Statistics;
}

/** Why a library that can do the work was not timed. */
export interface LeftOut {
  readonly peer: Peer;
  readonly reason: string;
}

export interface Measurement {
  readonly case: Case;
  readonly standings: readonly Standing[];
  readonly leftOut: readonly LeftOut[];
  /** the multiply-add loop in the same rounds, where the case counts floating-point operations */
  readonly ceiling: Statistics | undefined;
}

/**
 * Has every library that can do the case's work do it once, compares what comes out with the reference, and times
 * those that were right, in turns.
 */
export async function measureCase(
  chosen: Case,
  peers: readonly LoadedPeer[],
  ceiling: Ceiling,
  effort: Effort,
): Promise<Measurement> {
  const posed = chosen.pose();
  const leftOut: LeftOut[] = [];
  const prepared: { readonly peer: Peer; readonly contender: Contender }[] = [];
  for (const { peer, ways } of peers) {
    try {
      const contender = await posed.prepare(ways);
      if (contender === undefined) continue;
      const wrong = posed.check(await contender.outputs());
      if (wrong === undefined) prepared.push({ peer, contender });
      else {
        leftOut.push({ peer, reason: wrong });
        await contender.dispose();
      }
    } catch (error) {
      leftOut.push({ peer, reason: reasonOf(error) });
    }
  }

  const racers = prepared.map(({ peer, contender }) => ({ peer, run: () => contender.run() }));
  const pace = chosen.flops === undefined ? [] : [{ peer: undefined, run: () => ceiling.run() }];
  const timings = await interleave([...racers, ...pace], effort);
  for (const { contender } of prepared) await contender.dispose();

  const standings: Standing[] = [];
  let ceilingTimes: Statistics | undefined;
  for (const timing of timings) {
    const { peer } = timing.contender;
    if ("failure" in timing) {
      if (peer === undefined) throw new Error(`ceiling: ${timing.failure}`);
      leftOut.push({ peer, reason: timing.failure });
    } else if (peer === undefined) ceilingTimes = summarise(timing.samples);
    else standings.push({ peer, times: summarise(timing.samples) });
  }
  return { case: chosen, standings, leftOut, ceiling: ceilingTimes };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
