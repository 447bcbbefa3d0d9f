import { ValueError, assertFinite } from "@unfoldjs/tensor-core";

/**
 * What the learning rate is multiplied by at a step, counted from 0. A pure function: a run that is resumed needs
 * nothing but the step it was at.
 */
export type Schedule = (step: number) => number;

/** @throws ValueError unless `steps` is a whole number from 1 up */
export function assertSteps(op: string, steps: number, name: string = "steps"): void {
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new ValueError(
    op,
    { [name]: steps },
    "a number of steps is a whole number from 1 up",
    "steps = epochs · batches.length",
  );
}

/**
 * Cosine of x half turns. Made of additions and multiplications alone, so that every engine gives the same bits, which
 * `Math.cos` does not promise: what multiplies a learning rate reaches the weights.
 * @param x in [0, 1]
 */
export function cosinePi(x: number): number {
  if (x > 0.5) return -cosinePi(1 - x);
  // Taylor's series of cos at 0; the term after the last is below 2^-60 on [0, π/2].
  const square = (Math.PI * x) ** 2;
  let sum = 1;
  let term = 1;
  for (let k = 2; k <= 24; k += 2) {
    term *= -square / (k * (k - 1));
    sum += term;
  }
  return sum;
}

/** @throws ValueError unless it is a finite number from 0 up */
export function assertFactor(op: string, name: string, value: unknown): void {
  assertFinite(op, name, value);
  if (value < 0) throw new ValueError(op, { [name]: value }, `${name} must be a number from 0 up`);
}
