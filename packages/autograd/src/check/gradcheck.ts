import {
  data,
  fromArray,
  GradientError,
  isTensor,
  refusePromise,
  scope,
  type Shape,
  type Tensor,
  ValueError,
  anyNumber,
  checkOptions,
  type OptionChecks,
  assertWhole,
} from "@unfoldjs/tensor-core";
import { Repeatable } from "../repeat/repeatable.ts";
import { differentiated } from "../transforms/differentiate.ts";
import { assertFunction, kindOf } from "../transforms/function.ts";
import { notFloat } from "../transforms/not-float.ts";
import { held, positions, type Sampled } from "./difference.ts";
import { type Comparison, report } from "./report.ts";
import { Variations } from "./variations.ts";

/** How close the gradient must be to the finite difference: |analytic − numeric| ≤ absolute + relative · |numeric|. */
export interface GradcheckOptions {
  /** Largest error allowed as a share of the numeric value. Default 5e-3. */
  readonly relative?: number;
  /** Largest error allowed near zero. Default 2e-3. */
  readonly absolute?: number;
  /**
   * Half the distance of the outer difference, in units of each element's magnitude. Default 2e-2. Smaller ones are tried
   * where it does not agree.
   */
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
 * Where the two differ, smaller steps are tried as far as f32 carries them, since a kink, such as relu's at 0, may lie
 * within the step. At a kink itself there is no slope: a gradient between those of both sides is accepted there, and the
 * report says `kink`. `f` draws the same random numbers each time, and buffers are written once.
 *
 * @param f a function of tensors; it must give the same result each time it is called
 * @param inputs its first argument: a tensor, tensors in arrays and plain records, or an object that has parameters, such
 * as a Module: these are written to, and have their values again afterwards
 * @throws GradientError if the results of two calls differ; ValueError if `f` gives no tensor, or `inputs` hold none
 */
export function gradcheck<T extends object>(
  f: (inputs: T) => Tensor,
  inputs: T,
  options: GradcheckOptions = {},
): GradcheckResult {
  assertFunction("gradcheck", f);
  checkOptions<GradcheckOptions>("gradcheck", options, OPTIONS);
  return scope(() => {
    const variations = new Variations("gradcheck", inputs);
    const work = new Repeatable(variations.owned);
    try {
      const weights = projection(work.first(() => oneTensor(f(inputs))));
      const again = (at: T): Tensor => work.again("gradcheck", () => f(at));
      assertDeterministic(again, inputs, weights);
      const comparisons = compare(again, inputs, variations, weights, options);
      return { ok: comparisons.every(({ ok }) => ok), comparisons, report: report(comparisons) };
    } finally {
      variations.restore();
      work.release();
    }
  });
}

const OPTIONS: OptionChecks<GradcheckOptions> = {
  relative: anyNumber,
  absolute: anyNumber,
  step: anyNumber,
  samples: (op, name, value) => assertWhole(op, name, value, 1),
};

/** Holds the gradient of each element that is tried against the difference there. */
function compare<T extends object>(
  f: (inputs: T) => Tensor,
  inputs: T,
  variations: Variations<T>,
  weights: Tensor,
  { relative = 5e-3, absolute = 2e-3, step = 2e-2, samples = 24 }: GradcheckOptions,
): readonly Comparison[] {
  const { leaves } = variations;
  const analytic = differentiated("gradcheck", () => f(inputs).mul(weights).sum(), leaves).gradients.map((gradient) =>
    gradient === undefined ? undefined : data(gradient),
  );
  return leaves.flatMap(({ shape, size }, input) =>
    positions(size, samples).map((at): Comparison => {
      const along = (value: number): Sampled =>
        scope(() => {
          const moved = variations.moved(input, at, value);
          return { ...evaluate(f, moved.inputs, weights), at: moved.at };
        });
      const found = analytic[input]?.[at] ?? 0;
      const difference = held(along, variations.valueAt(input, at), found, { relative, absolute, step });
      return { input, shape, at, analytic: found, ...difference };
    }),
  );
}

/** The result on its weights, in f64, and how large what is added up is. */
function evaluate<T extends object>(f: (inputs: T) => Tensor, inputs: T, weights: Tensor): Omit<Sampled, "at"> {
  return scope(() => {
    const by = data(weights);
    let [value, size] = [0, 0];
    for (const [i, element] of data(f(inputs)).entries()) {
      const part = element * (by[i] ?? 0);
      value += part;
      size += Math.abs(part);
    }
    return { value, size };
  });
}

/** @throws ValueError, DTypeError unless the function gave one f32 tensor */
function oneTensor(result: unknown): Tensor {
  refusePromise("gradcheck", result);
  if (isTensor(result)) {
    if (result.dtype === "f32") return result as Tensor;
    throw notFloat("gradcheck", result);
  }
  throw new ValueError(
    "gradcheck",
    { returned: kindOf(result) },
    "checks the gradient of one f32 tensor",
    "return it from the function",
  );
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
  const [{ value: first }, { value: second }] = [evaluate(f, inputs, weights), evaluate(f, inputs, weights)];
  if (Object.is(first, second)) return;
  throw new GradientError(
    "gradcheck",
    { "first call": first, "second call": second },
    "the function gives another result each time it is called",
    "let it draw random numbers from a Generator, and depend on nothing that changes",
  );
}
