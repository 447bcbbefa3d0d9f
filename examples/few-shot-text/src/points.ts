import { type Estimate, estimate } from "@unfoldjs/example-kit";

/**
 * How a classifier was made: a head alone as scikit-learn's, one whose penalty is chosen on examples left out, or a head on an
 * encoder that was tuned before.
 */
export type Method = "head" | "chosen" | "tuned";

/** One classifier: a repetition, examples a class, and how. */
export interface Point {
  readonly seed: number;
  readonly amount: number;
  readonly method: Method;
  /** On unseen documents. */
  readonly accuracy: number;
  readonly seconds: number;
}

/** The one that was tried so, if it was. */
export function pointOf(
  { all }: { readonly all: readonly Point[] },
  seed: number,
  amount: number,
  method: Method,
): Point | undefined {
  return all.find((point) => point.seed === seed && point.amount === amount && point.method === method);
}

/** A mean over so many repetitions. */
export interface Accuracy extends Estimate {
  readonly repetitions: number;
}

/** The accuracy of a method at an amount; undefined where nobody tried it. */
export function accuracyOf(points: readonly Point[], amount: number, method: Method): Accuracy | undefined {
  const own = points.filter((point) => point.amount === amount && point.method === method);
  if (own.length === 0) return undefined;
  return { ...estimate(own.map(({ accuracy }) => accuracy)), repetitions: own.length };
}
