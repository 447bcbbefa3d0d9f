import { valueAndGrad } from "@unfoldjs/autograd";
import { correlate2d, fromArray, Generator, scope, type Tensor } from "@unfoldjs/tensor-core";
import { type Kernel, sideOf } from "./kernels.ts";
import { distanceOf, type Found, type Learning, paceOf } from "./learning.ts";
import type { Picture } from "./operation.ts";

/** What is learned from. */
export interface Task {
  readonly picture: Picture;
  readonly target: Kernel;
}

/** Of the numbers that a search begins with. */
const SPREAD = 0.3;

/** From a loss like this nothing comes back; a few steps later the numbers overflow. */
const LOST = 1e6;

/** Chance numbers to begin with. @param size how many */
export function begin(size: number, seed: number): Found {
  const kernel = scope(() => new Generator(seed).normal([size], 0, SPREAD).data());
  return { kernel, velocity: new Float32Array(size), losses: [], distances: [] };
}

/**
 * Steps of gradient descent with momentum: v ← momentum · v + ∂L/∂k, k ← k − rate · v, where L is the mean square of what the
 * kernel's edges are off those that the target makes. Ends early where the loss is beyond all bounds.
 *
 * The picture counts in standard deviations from its mean, and the rate for nine weights: the steepest slope of L is then at most
 * 18 (twice the number of weights, each of variance 1), and 2 · (1 + momentum) / 18 is a rate that always holds.
 */
export function descend(task: Task, learning: Learning, found: Found, steps: number): Found {
  return scope(() => {
    const slopeAt = slopes(task);
    const losses: number[] = [];
    const distances: number[] = [];
    let { kernel, velocity } = found;
    for (let step = 0; step < steps; step++) {
      distances.push(distanceOf(kernel, task.target));
      const { loss, slope } = slopeAt(kernel);
      losses.push(loss);
      if (!(loss < LOST)) break;
      ({ kernel, velocity } = moved({ kernel, velocity }, slope, learning));
    }
    return { kernel, velocity, losses, distances };
  });
}

type Moving = Pick<Found, "kernel" | "velocity">;

/** One step down a slope. */
export function moved({ kernel, velocity }: Moving, slope: Float32Array, learning: Learning): Moving {
  const pace = paceOf(learning, kernel.length);
  const next = velocity.map((v, i) => learning.momentum * v + (slope[i] ?? 0));
  return { kernel: kernel.map((k, i) => k - pace * (next[i] ?? 0)), velocity: next };
}

/** The loss and its slope for each number of a kernel, by autograd. Within a scope: what it holds is freed with that. */
export function slopes({ picture, target }: Task): (kernel: Float32Array) => { loss: number; slope: Float32Array } {
  const side = sideOf(target);
  const x = standardised(picture);
  const wanted = correlate2d(x, fromArray(target, [side, side]));
  const lossOf = valueAndGrad((k: Tensor) => correlate2d(x, k).sub(wanted).square().mean());
  return (kernel) =>
    scope(() => {
      const { value, gradient } = lossOf(fromArray(kernel, [side, side]));
      return { loss: value.item(), slope: gradient.data() };
    });
}

/** (rows, columns) with a mean of 0 and a variance of 1; zeros if all its pixels are alike. */
export function standardised({ values, rows, columns }: Picture): Tensor {
  const x = fromArray(values, [rows, columns]);
  const centred = x.sub(x.mean());
  const deviation = centred.square().mean().sqrt().item();
  return centred.div(deviation === 0 ? 1 : deviation);
}
