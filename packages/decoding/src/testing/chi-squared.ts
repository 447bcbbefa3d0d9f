/**
 * Pearson's test: how likely a χ² at least as large is, if the counts were drawn from what is expected (Wilson–Hilferty 1931).
 * Cells of which fewer than 5 are expected are added up into one.
 */
export function chiSquared(cells: readonly { readonly count: number; readonly expected: number }[]): number {
  const large = cells.filter(({ expected }) => expected >= 5);
  const small = cells.filter(({ expected }) => expected < 5);
  const sum = (of: typeof cells, field: "count" | "expected"): number =>
    of.reduce((total, each) => total + each[field], 0);
  const rest = { count: sum(small, "count"), expected: sum(small, "expected") };
  const all = rest.expected > 0.5 ? [...large, rest] : large;
  const statistic = all.reduce((total, { count, expected }) => total + (count - expected) ** 2 / expected, 0);
  const freedom = all.length - 1;
  const spread = 2 / (9 * freedom);
  return 1 - normalBelow(((statistic / freedom) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread));
}

/** The standard normal distribution function (Abramowitz & Stegun 26.2.17, to 1e-7). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return x > 0 ? 1 - tail : tail;
}
