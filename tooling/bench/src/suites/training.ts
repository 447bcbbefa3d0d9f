import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import { characterGruStep } from "../reference/character-gru.ts";
import { lenetStep } from "../reference/lenet.ts";
import { mlpStep } from "../reference/mlp.ts";
import type { NamedArray } from "../work.ts";
import { gpt } from "./training-gpt.ts";

// Multiply-adds of one image: positions × taps × channels × filters, then inputs × outputs.
const MULTIPLY_ADDS = 28 * 28 * 25 * 6 + 10 * 10 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 84 * 10;

export const training: Suite = {
  name: "training",
  title: "one training step: forward, backward and the optimiser's update",
  cases: [
    lenet(64, [
      { ratio: 60, over: "convnetjs" },
      { ratio: 140, over: "jax-js" },
      { ratio: 1.43, over: "native" },
    ]),
    lenet(8, [{ ratio: 2.2, over: "native" }]),
    lenet(1, [{ ratio: 4.5, over: "native" }]),
    mlp(64, [784, 128, 10], [{ ratio: 1.031, over: "native" }]),
    mlp(1, [16, 32, 4], [{ ratio: 8, over: "native" }]),
    characterGru({ time: 25, vocabulary: 65, width: 64 }, [{ ratio: 3.34, over: "native" }]),
    gpt({ layers: 4, heads: 4, width: 64, time: 64, batch: 12, vocabulary: 65 }, [
      { ratio: 5 },
      { ratio: 0.5, over: "native" },
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

/** @param sizes of the inputs and of each layer's outputs */
function mlp(batch: number, sizes: readonly [number, ...number[]], bars: readonly Bar[]): Case {
  const layers = sizes.slice(1).map((outputs, i) => ({ outputs, inputs: sizes[i] ?? 0 }));
  const multiplyAdds = layers.reduce((sum, { outputs, inputs }) => sum + outputs * inputs, 0);
  const ofInputs = (layers[0]?.outputs ?? 0) * sizes[0];
  return defineCase({
    name: `mlp ${sizes.join("-")}, batch ${batch}`,
    work: "mlpStep",
    problem() {
      const next = uniform(batch);
      return {
        batch,
        inputs: randomArray(next, batch * sizes[0]),
        labels: Int32Array.from({ length: batch }, () => Math.floor(next() * (sizes.at(-1) ?? 0))),
        parameters: layers.flatMap(({ outputs, inputs }, i) => layer(`${2 * i}`, [outputs, inputs], next)),
      };
    },
    expected: mlpStep,
    tolerance: 1e-4,
    unit: "ms",
    // As above: the gradient of the network's input is asked for by nobody.
    flops: 2 * batch * (3 * multiplyAdds - ofInputs),
    bars,
  });
}

function characterGru(
  { time, vocabulary, width }: { readonly time: number; readonly vocabulary: number; readonly width: number },
  bars: readonly Bar[],
): Case {
  return defineCase({
    name: `character gru ${width}, ${time} steps, batch 1`,
    work: "characterGruStep",
    problem() {
      const next = uniform(width);
      const text = Int32Array.from({ length: time + 1 }, () => Math.floor(next() * vocabulary));
      const limit = 1 / Math.sqrt(width);
      const weight = (name: string, ...shape: number[]): NamedArray => ({
        name,
        shape,
        values: randomArray(
          next,
          shape.reduce((product, size) => product * size, 1),
          limit,
        ),
      });
      return {
        characters: text.slice(0, time),
        next: text.slice(1),
        parameters: [
          weight("embedding.weight", vocabulary, width),
          weight("weight_ih", 3 * width, width),
          weight("weight_hh", 3 * width, width),
          weight("bias_ih", 3 * width),
          weight("bias_hh", 3 * width),
          ...layer("head", [vocabulary, width], next),
        ],
      };
    },
    expected: characterGruStep,
    tolerance: 1e-4,
    unit: "ms",
    flops: 2 * time * 3 * (2 * 3 * width * width + vocabulary * width),
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
