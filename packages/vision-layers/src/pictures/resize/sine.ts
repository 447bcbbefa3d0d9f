/** Of the series Σ (−1)ⁱ x²ⁱ⁺¹ / (2i + 1)!: beyond, terms are below half of a double's last bit for |x| ≤ π/2. */
const TERMS = 12;

/**
 * sin(2π t), of the same bits in every engine, which `Math.sin` is not: its last bit would reach the weights of a resized picture,
 * and so what a model learns from it.
 */
export function sineOfTurns(t: number): number {
  const turn = t - Math.round(t); // [−1/2, 1/2]
  const x = 2 * Math.PI * (Math.abs(turn) > 0.25 ? Math.sign(turn) * 0.5 - turn : turn);
  let sum = 0;
  for (let i = TERMS; i > 0; i--) sum = ((1 + sum) * -x * x) / (2 * i * (2 * i + 1));
  return x * (1 + sum);
}
