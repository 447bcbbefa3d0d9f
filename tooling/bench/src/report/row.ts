import type { Bar } from "../case.ts";
import type { Measurement, Standing } from "../measure/measure-case.ts";
import type { Statistics } from "../measure/statistics.ts";

/** How one library did, in the row's unit. */
export interface LibraryFigures {
  readonly name: string;
  readonly version: string;
  readonly best: number;
  readonly median: number;
  /** half the distance between the quartiles, as a share of the median */
  readonly spread: number;
  readonly samples: number;
  /** 10⁹ floating-point operations a second, by the best time */
  readonly gflops?: number;
}

/** One case as it stands in the JSON file. Times are the fastest samples; `null` where there is none. */
export interface Row {
  readonly suite: string;
  readonly case: string;
  readonly metric: "time";
  readonly unit: "ms" | "ns";
  readonly ours: number | null;
  readonly best: number | null;
  readonly bestPeer: string | null;
  /** best ÷ ours: above 1 we are ahead */
  readonly ratio: number | null;
  readonly oursMedian: number | null;
  /** the smallest of the peers' medians */
  readonly bestMedian: number | null;
  readonly ratioOfMedians: number | null;
  readonly oursSpread: number | null;
  /** our GFLOP/s as a share of what the multiply-add loop reached in the whole run, best to best */
  readonly ceilingShare: number | null;
  readonly bar: Bar | null;
  readonly barMet: boolean | null;
  readonly libraries: readonly LibraryFigures[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

const PER_MILLISECOND = { ms: 1, ns: 1e6 };

/**
 * @param ours the name of our own library among the standings
 * @param ceilingGflops the best of the multiply-add loop in this process
 */
export function toRow(suite: string, measurement: Measurement, ours: string, ceilingGflops: number | undefined): Row {
  const { name, unit, flops, bar = null } = measurement.case;
  const scale = PER_MILLISECOND[unit];
  const own = measurement.standings.find(({ peer }) => peer.name === ours)?.times;
  const others = measurement.standings.filter(({ peer }) => peer.name !== ours);
  const fastest = smallest(others, ({ times }) => times.best);
  const steadiest = smallest(others, ({ times }) => times.median);
  const ratio = quotient(fastest?.times.best, own?.best);
  const gflops = ({ best }: Statistics): { gflops?: number } =>
    flops === undefined ? {} : { gflops: flops / best / 1e6 };
  const figures = ({ peer, times }: Standing): LibraryFigures => ({
    name: peer.name,
    version: peer.version,
    best: times.best * scale,
    median: times.median * scale,
    spread: times.spread,
    samples: times.samples,
    ...gflops(times),
  });
  const timeOf = (time: number | undefined): number | null => (time === undefined ? null : time * scale);
  return {
    suite,
    case: name,
    metric: "time",
    unit,
    ours: timeOf(own?.best),
    best: timeOf(fastest?.times.best),
    bestPeer: fastest?.peer.name ?? null,
    ratio,
    oursMedian: timeOf(own?.median),
    bestMedian: timeOf(steadiest?.times.median),
    ratioOfMedians: quotient(steadiest?.times.median, own?.median),
    oursSpread: own?.spread ?? null,
    ceilingShare: own === undefined ? null : quotient(gflops(own).gflops, ceilingGflops),
    bar,
    barMet: bar === null ? null : isMet(bar, ratio, timeOf(own?.best)),
    libraries: measurement.standings.map(figures),
    leftOut: measurement.leftOut.map(({ peer, reason }) => ({ name: peer.name, reason })),
  };
}

function isMet(bar: Bar, ratio: number | null, ours: number | null): boolean | null {
  if ("ratio" in bar) return ratio === null ? null : ratio >= bar.ratio;
  return ours === null ? null : ours <= bar.atMost;
}

function quotient(above: number | undefined, below: number | undefined): number | null {
  return above === undefined || below === undefined ? null : above / below;
}

function smallest(standings: readonly Standing[], key: (standing: Standing) => number): Standing | undefined {
  return standings.toSorted((a, b) => key(a) - key(b))[0];
}
