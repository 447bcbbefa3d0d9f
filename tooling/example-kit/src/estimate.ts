/** The two-sided 95 % quantiles of Student's t for 1 to 9 degrees of freedom. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** A mean over repetitions, and how far it may be off: the half of a 95 % interval. */
export interface Estimate {
  readonly mean: number;
  readonly interval: number;
}

export function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, interval: Infinity };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const quantile = T95[values.length - 2] ?? 1.96;
  return { mean, interval: quantile * Math.sqrt(variance / values.length) };
}

/** From here on half an interval spans all that a share can be, and says nothing. */
const NOTHING = 0.5;

/** A share in %, and half its interval: "57.3 ± 2.1", of so few repetitions that nothing is known "57.3 ± > 50". */
export function plusMinus({ mean, interval }: Estimate, digits = 1): string {
  const half = interval < NOTHING ? (100 * interval).toFixed(digits) : "> 50";
  return `${(100 * mean).toFixed(digits)} ± ${half}`;
}
