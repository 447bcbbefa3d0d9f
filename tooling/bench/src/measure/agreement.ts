import type { Outputs } from "../work.ts";

/**
 * Compares what a contender returned with the reference.
 * @param tolerance the largest error allowed, as a share of the largest expected value of the same output
 * @returns what is wrong, or undefined
 */
export function disagreement(got: Outputs, expected: Outputs, tolerance: number): string | undefined {
  const names = Object.keys(got);
  if (names.length === 0) return "returned nothing to compare";
  for (const name of names) {
    const values = got[name] ?? [];
    const reference = expected[name];
    if (reference === undefined) return `returned ${name}, which has no reference`;
    if (values.length !== reference.length) {
      return `${name} has ${values.length} values, ${reference.length} were expected`;
    }
    const error = largestError(values, reference);
    // Not `error > tolerance`: NaN must not pass.
    if (!(error <= tolerance)) {
      return `${name} is off by ${error.toExponential(1)} of its largest value, ${tolerance.toExponential(0)} is allowed`;
    }
  }
  return undefined;
}

function largestError(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  let error = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    const difference = Math.abs((values[i] ?? NaN) - (reference[i] ?? NaN));
    if (!(difference <= error)) error = difference;
    if (Number.isNaN(error)) return NaN;
    largest = Math.max(largest, Math.abs(reference[i] ?? 0));
  }
  return error === 0 ? 0 : error / largest;
}
