import {
  data,
  fromArray,
  GradientError,
  isTensor,
  scope,
  type Shape,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { Repeatable } from "../repeat/repeatable.ts";
import { differentiate } from "../transforms/differentiate.ts";
import { hasParameters, leavesOf, rebuilt } from "../transforms/tree.ts";
import { difference, positions } from "./difference.ts";
import { type Comparison, report } from "./report.ts";

/** How close the gradient must be to the finite difference: |analytic − numeric| ≤ absolute + relative · |numeric|. */
export interface GradcheckOptions {
  /** Largest error allowed as a share of the numeric value. Default 5e-3. */
  readonly relative?: number;
  /** Largest error allowed near zero. Default 2e-3. */
  readonly absolute?: number;
  /** Half the distance of the outer difference, in units of each element's magnitude. Default 2e-2. */
  readonly step?: number;
  /** Elements tried in each input, spread evenly; all of them if there are fewer. Default 24. */
  readonly samples?: number;
}

/** What `gradcheck` found: `ok`, the compared elements, and a table to read. */
export interface GradcheckResult {
  readonly ok: boolean;
  readonly comparisons: readonly Comparison[];
  readonly report: string;
}

/**
 * Compares the gradient of `f` with central differences, element by element.
 *
 * The result of `f` may have any shape: it is projected on fixed pseudo-random weights. Sums are done in f64 and two
 * step sizes are extrapolated (Richardson), so that the difference is good to about 1e-4 although `f` computes in f32.
 * Keep inputs away from kinks (0 for relu, ties for max): there the difference means nothing. `f` draws the same random
 * numbers each time, and buffers are written once.
 *
 * @param f a function of tensors; it must give the same result each time it is called
 * @param inputs its first argument: a tensor, or tensors in arrays and plain records
 * @throws GradientError if the results of two calls differ
 */
export function gradcheck<T extends object>(
  f: (inputs: T) => Tensor,
  inputs: T,
  options: GradcheckOptions = {},
): GradcheckResult {
  return scope(() => {
    assertReplaceable(inputs);
    const work = new Repeatable();
    try {
      const weights = projection(work.first(() => f(inputs)));
      const again = (at: T): Tensor => work.again("gradcheck", () => f(at));
      assertDeterministic(again, inputs, weights);
      const comparisons = compare(again, inputs, weights, options);
      return { ok: comparisons.every(({ ok }) => ok), comparisons, report: report(comparisons) };
    } finally {
      work.release();
    }
  });
}

/** Holds the gradient of each element that is tried against the difference there. */
function compare<T extends object>(
  f: (inputs: T) => Tensor,
  inputs: T,
  weights: Tensor,
  { relative = 5e-3, absolute = 2e-3, step = 2e-2, samples = 24 }: GradcheckOptions,
): readonly Comparison[] {
  const leaves = leavesOf("gradcheck", inputs);
  const analytic = differentiate(() => f(inputs).mul(weights).sum(), leaves).gradients.map((gradient) =>
    gradient === undefined ? undefined : data(gradient),
  );
  return leaves.flatMap((leaf, input) => {
    const values = data(leaf);
    return positions(leaf.size, samples).map((at): Comparison => {
      const numeric = difference(
        (value) => {
          const moved = values.slice();
          moved[at] = value;
          // What f32 made of the step is the step that was taken.
          return {
            value: evaluate(f, rebuilt(inputs, replace(leaves, input, moved)) as T, weights),
            at: moved[at],
          };
        },
        values[at] as number,
        step,
      );
      const found = analytic[input]?.[at] ?? 0;
      const error = Math.abs(found - numeric);
      return {
        input,
        shape: leaf.shape,
        at,
        analytic: found,
        numeric,
        error,
        ok: error <= absolute + relative * Math.abs(numeric),
      };
    });
  });
}

/** @throws ValueError on an object that owns its tensors: others cannot be put in their place */
function assertReplaceable(inputs: object): void {
  if (isTensor(inputs)) return;
  if (hasParameters(inputs)) {
    throw new ValueError(
      "gradcheck",
      { argument: inputs.constructor.name },
      "finite differences put other tensors in the place of the inputs, which an object with parameters does not let them",
      "pass its tensors in a record, and compute with that",
    );
  }
  for (const branch of Object.values(inputs))
    if (typeof branch === "object" && branch !== null) assertReplaceable(branch);
}

function evaluate<T extends object>(f: (inputs: T) => Tensor, inputs: T, weights: Tensor): number {
  return scope(() => {
    const values = data(f(inputs));
    const by = data(weights);
    return values.reduce((sum, value, i) => sum + value * (by[i] as number), 0);
  });
}

function replace(leaves: readonly Tensor[], at: number, values: Float32Array): Tensor[] {
  return leaves.map((leaf, i) => (i === at ? fromArray<Shape>(values, leaf.shape) : leaf));
}

/** Weights from 0.5 to 1.5, spread by the golden ratio: no two elements of a result can hide each other's error. */
function projection(result: Tensor): Tensor {
  const GOLDEN = 0.6180339887;
  return fromArray<Shape>(
    Float32Array.from({ length: result.size }, (_, i) => 0.5 + (((i + 1) * GOLDEN) % 1)),
    result.shape,
  );
}

function assertDeterministic<T extends object>(f: (inputs: T) => Tensor, inputs: T, weights: Tensor): void {
  const [first, second] = [evaluate(f, inputs, weights), evaluate(f, inputs, weights)];
  if (Object.is(first, second)) return;
  throw new GradientError(
    "gradcheck",
    { "first call": first, "second call": second },
    "the function gives another result each time it is called",
    "let it draw random numbers from a Generator, and depend on nothing that changes",
  );
}
