/** erf x = 2/√π ∫₀ˣ e^(−t²) dt by Simpson's rule, in steps small enough for 1e-12. */
export function errorFunction(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const end = Math.min(Math.abs(x), 7); // 1 − erf 7 is below 1e-22
  const STEPS = 2000;
  const h = end / STEPS;
  let sum = 1 + Math.exp(-end * end);
  for (let i = 1; i < STEPS; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2));
  return (Math.sign(x) * 2 * h * sum) / (3 * Math.sqrt(Math.PI));
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Φ(x), the probability that a normally distributed number is below x. */
export function normalDistribution(x: number): number {
  return (1 + errorFunction(x / Math.SQRT2)) / 2;
}

/** φ(x), the normal distribution's density. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}
