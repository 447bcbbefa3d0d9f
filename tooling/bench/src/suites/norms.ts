import { defineCase, type Case, type Suite } from "../case.ts";
import type { NormGradientProblem } from "../layer-problems.ts";
import { randomArray, uniform } from "../random.ts";
import { normGradient } from "../reference/norms.ts";

export const norms: Suite = {
  name: "norms",
  title: "a million f32 numbers normalised, forward and backward: the gradients of numbers, weight and bias",
  cases: [
    // Forward x and y, backward x, dy and dx: a row waits in the nearest cache for its second pass.
    of("layer norm, 1000 × 1000", { kind: "layer", shape: [1000, 1000] }, 1000, 5),
    // A channel's statistics are there after all its numbers were read: x twice forward, x and dy twice backward.
    of("batch norm, 32 × 32 × 32 × 32", { kind: "batch", shape: [32, 32, 32, 32] }, 32, 8),
  ],
};

/** @param weights how many share of weight and bias @param passes over an array as large as x, read or written */
function of(name: string, kind: Pick<NormGradientProblem, "kind" | "shape">, weights: number, passes: number): Case {
  const size = kind.shape.reduce((product, axis) => product * axis, 1);
  return defineCase({
    name,
    work: "normGradient",
    problem() {
      const next = uniform(size);
      return {
        ...kind,
        epsilon: 1e-5,
        x: randomArray(next, size, 2),
        weight: randomArray(next, weights, 2),
        bias: randomArray(next, weights),
        upstream: randomArray(next, size),
      };
    },
    expected: normGradient,
    // A weight's gradient is a sum over all rows, or over batch and positions.
    tolerance: 1e-4,
    unit: "ms",
    traffic: { pattern: "triad", bytes: passes * 4 * size, ofArray: 4 * size },
    bars: [{ ratio: 1.5 }, { share: 0.8, of: "memory" }],
  });
}
