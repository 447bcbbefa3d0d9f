/** Times of one contender: milliseconds for doing the work once. */
export interface Statistics {
  readonly best: number;
  /** a quarter of the samples is no slower */
  readonly quarter: number;
  readonly median: number;
  /** half the distance between the quartiles, as a share of the median */
  readonly spread: number;
  readonly samples: number;
}

/** @throws RangeError without samples */
export function summarise(samples: readonly number[]): Statistics {
  if (samples.length === 0) throw new RangeError("summarise: there are no samples");
  const sorted = samples.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return {
    best: quantile(sorted, 0),
    quarter: quantile(sorted, 0.25),
    median,
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median,
    samples: sorted.length,
  };
}

/** Linear interpolation between the neighbours (Hyndman & Fan 1996, type 7: NumPy's default). */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
