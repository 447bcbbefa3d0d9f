/** What was in use at one time, by name. */
export interface Sample {
  readonly steps: number;
  readonly values: Readonly<Record<string, number>>;
}

/** How much of a value may be added over the second half of a run. */
export type Allowance = Readonly<Record<string, number>>;

/**
 * What keeps growing: the least-squares line through the second half of the samples rises over that half by more than is
 * allowed. The first half is warm-up.
 * @returns a sentence for each
 */
export function growing(samples: readonly Sample[], allowance: Allowance): string[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  if (half.length < 3) throw new Error(`${samples.length} samples are too few for a slope: take more steps`);
  return Object.entries(allowance).flatMap(([name, allowed]) => {
    const rise = riseOf(half.map(({ steps, values }) => [steps, values[name] ?? Number.NaN]));
    if (rise <= allowed) return [];
    return [`${name} rose by ${Math.round(rise)} over the second half; ${allowed} is allowed`];
  });
}

/** By how much the fitted line rises between the first point and the last. */
function riseOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [middleX, middleY] = [mean(([x]) => x), mean(([, y]) => y)];
  const slope = mean(([x, y]) => (x - middleX) * (y - middleY)) / mean(([x]) => (x - middleX) ** 2);
  return slope * ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0));
}
