import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import { lenetStep } from "../reference/lenet.ts";
import type { NamedArray } from "../work.ts";

// Multiply-adds of one image: positions × taps × channels × filters, then inputs × outputs.
const MULTIPLY_ADDS = 28 * 28 * 25 * 6 + 10 * 10 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 84 * 10;

export const training: Suite = {
  name: "training",
  title: "one training step: forward, backward and the optimiser's update",
  cases: [
    lenet(64, [
      { ratio: 60, over: "convnetjs" },
      { ratio: 140, over: "jax-js" },
    ]),
  ],
};

function lenet(batch: number, bars: readonly Bar[]): Case {
  return defineCase({
    name: `lenet, batch ${batch}`,
    work: "lenetStep",
    problem() {
      const next = uniform(batch);
      return {
        batch,
        images: Float32Array.from({ length: batch * 784 }, next),
        labels: Int32Array.from({ length: batch }, () => Math.floor(next() * 10)),
        parameters: [
          ...layer("conv1", [6, 1, 5, 5], next),
          ...layer("conv2", [16, 6, 5, 5], next),
          ...layer("fc1", [120, 400], next),
          ...layer("fc2", [84, 120], next),
          ...layer("fc3", [10, 84], next),
        ],
      };
    },
    expected: lenetStep,
    tolerance: 1e-4,
    unit: "ms",
    // Forward, the gradient of every weight, and the gradient of every input but the image's.
    flops: 2 * batch * (3 * MULTIPLY_ADDS - 28 * 28 * 25 * 6),
    bars,
  });
}

/** Weight and bias, uniform in ±1/√inputs as PyTorch's layers start. */
function layer(name: string, shape: readonly [number, number, ...number[]], next: () => number): readonly NamedArray[] {
  const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
  const limit = 1 / Math.sqrt(inputs);
  return [
    { name: `${name}.weight`, shape, values: randomArray(next, shape[0] * inputs, limit) },
    { name: `${name}.bias`, shape: [shape[0]], values: randomArray(next, shape[0], limit) },
  ];
}
