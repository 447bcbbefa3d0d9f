import { type Judged, judge, type Verdict, type Where } from "../bar.ts";
import type { Case } from "../case.ts";
import type { LeftOut, Measurement, Standing } from "../measure/measure-case.ts";
import type { Statistics } from "../measure/statistics.ts";
import type { Traffic } from "../measure/memory.ts";
import type { Library } from "../work.ts";

/** How one library did, in the row's unit. */
export interface LibraryFigures extends Library {
  readonly best: number;
  readonly median: number;
  /** half the distance between the quartiles, as a share of the median */
  readonly spread: number;
  readonly samples: number;
  /** 10⁹ floating-point operations a second, by the best time */
  readonly gflops?: number;
}

/** What a case moves, and what the machine's own loop moves in the same pattern. */
export interface MemoryFigures extends Traffic {
  /** 10⁹ bytes a second of the loop, by its best time */
  readonly gbps: number;
  /** ours as a share of it */
  readonly share: number | null;
}

/** How native code did, beside ours. */
export interface NativeFigures {
  readonly name: string;
  readonly best: number;
  readonly median: number;
  /** its best ÷ ours: above 1 we are ahead */
  readonly ratio: number | null;
  readonly ratioOfMedians: number | null;
}

/** A case in one place before its bars are judged. Times are the fastest samples; `null` where there is none. */
export interface Figures extends Judged {
  readonly where: Where;
  readonly metric: "time";
  readonly unit: Case["unit"];
  readonly ours: number | null;
  readonly best: number | null;
  readonly bestPeer: string | null;
  /** best ÷ ours: above 1 we are ahead */
  readonly ratio: number | null;
  /** the least that this ratio can be, where no peer was finished: what those that were ended had at least ÷ ours */
  readonly ratioAtLeast: number | null;
  /** native code of the same work, the fastest; null unless it was measured */
  readonly native: NativeFigures | null;
  readonly oursMedian: number | null;
  /** the smallest of the peers' medians */
  readonly bestMedian: number | null;
  readonly ratioOfMedians: number | null;
  readonly oursSpread: number | null;
  readonly oursGflops: number | null;
  /** our GFLOP/s as a share of what the multiply-add loop reached in the whole run, best to best */
  readonly ceilingShare: number | null;
  readonly memory: MemoryFigures | null;
  /** what the machine takes for doing nothing of the kind, in the row's unit */
  readonly floor: (Pick<Statistics, "best" | "median" | "spread"> & { readonly name: string }) | null;
  readonly libraries: readonly LibraryFigures[];
  readonly leftOut: readonly LeftOut[];
}

/** One case in one place as it stands in the JSON file. */
export interface Row extends Figures {
  readonly bars: readonly Verdict[];
}

/** A case that was measured, and where. */
export interface Measured {
  readonly suite: string;
  readonly case: Case;
  readonly where: Where;
  readonly measurement: Measurement;
}

export const PER_MILLISECOND = { ms: 1, ns: 1e6 };

/**
 * The figures of a case.
 * @param ours the name of our own library among the standings
 * @param ceilingGflops the best of the multiply-add loop in the same place; undefined if it is not to be compared
 */
export function toFigures(
  { suite, case: { name, unit, flops, traffic, floor: floorOf }, where, measurement }: Measured,
  ours: string,
  ceilingGflops: number | undefined,
): Figures {
  const scale = PER_MILLISECOND[unit];
  const own = measurement.standings.find(({ library }) => library.name === ours)?.times;
  const others = measurement.standings.filter(({ library }) => library.name !== ours && !library.isNative);
  const native = smallest(
    measurement.standings.filter(({ library }) => library.isNative),
    ({ times }) => times.best,
  );
  const fastest = smallest(others, ({ times }) => times.best);
  const steadiest = smallest(others, ({ times }) => times.median);
  const oursGflops = quotient(flops, own && own.best * 1e6);
  const timeOf = (time: number | undefined): number | null => (time === undefined ? null : time * scale);
  const { memoryGbps: gbps, floor } = measurement;
  return {
    suite,
    case: name,
    where,
    metric: "time",
    unit,
    ours: timeOf(own?.best),
    best: timeOf(fastest?.times.best),
    bestPeer: fastest?.library.name ?? null,
    ratio: quotient(fastest?.times.best, own?.best),
    ratioAtLeast: fastest === undefined ? quotient(ended(measurement.leftOut), own?.best) : null,
    native:
      native === undefined
        ? null
        : {
            name: native.library.name,
            best: native.times.best * scale,
            median: native.times.median * scale,
            ratio: quotient(native.times.best, own?.best),
            ratioOfMedians: quotient(native.times.median, own?.median),
          },
    oursMedian: timeOf(own?.median),
    bestMedian: timeOf(steadiest?.times.median),
    ratioOfMedians: quotient(steadiest?.times.median, own?.median),
    oursSpread: own?.spread ?? null,
    oursGflops,
    ceilingShare: quotient(oursGflops ?? undefined, ceilingGflops),
    memory:
      traffic && gbps !== undefined
        ? { ...traffic, gbps, share: quotient(traffic.bytes, own && own.best * 1e6 * gbps) }
        : null,
    floor:
      floorOf && floor
        ? { name: floorOf.name, best: floor.best * scale, median: floor.median * scale, spread: floor.spread }
        : null,
    libraries: measurement.standings.map(({ library, times }) => ({
      ...library,
      best: times.best * scale,
      median: times.median * scale,
      spread: times.spread,
      samples: times.samples,
      ...(flops !== undefined && { gflops: flops / times.best / 1e6 }),
    })),
    leftOut: measurement.leftOut,
  };
}

/** All rows of a run, each with its bars judged. @param ceilings best of the multiply-add loop in each place */
export function toRows(
  measured: readonly Measured[],
  ours: string,
  ceilings: Readonly<Partial<Record<Where, number>>>,
): readonly Row[] {
  const figures = measured.map((each) => toFigures(each, ours, ceilings[each.where]));
  return figures.map((each, i) => ({ ...each, bars: judge(each, measured[i]?.case.bars ?? [], figures) }));
}

/** Milliseconds that all peers that were ended had; undefined if there are none. */
function ended(leftOut: readonly LeftOut[]): number | undefined {
  const times = leftOut.flatMap(({ endedAfter }) => (endedAfter === undefined ? [] : [endedAfter]));
  return times.length === 0 ? undefined : Math.min(...times);
}

function quotient(above: number | undefined, below: number | undefined): number | null {
  return above === undefined || below === undefined ? null : above / below;
}

function smallest(standings: readonly Standing[], key: (standing: Standing) => number): Standing | undefined {
  return standings.toSorted((a, b) => key(a) - key(b))[0];
}
