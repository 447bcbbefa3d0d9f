import type { Bar } from "../bar.ts";
import { defineCase, type Case } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import { gptStep } from "../reference/gpt.ts";
import type { NamedArray } from "../work.ts";

interface Sizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly time: number;
  readonly batch: number;
  readonly vocabulary: number;
}

/** A training step of a GPT. */
export function gpt(sizes: Sizes, bars: readonly Bar[]): Case {
  const { layers, heads, width, time, batch, vocabulary } = sizes;
  // Of one text: the dense layers at each place, and scores and weighted sums of each place with those up to it.
  const dense = time * (layers * 12 * width ** 2 + vocabulary * width);
  const attention = layers * 2 * width * ((time * (time + 1)) / 2);
  return defineCase({
    name: `gpt ${layers} × ${width}, ${heads} heads, ${time} tokens, batch ${batch}`,
    work: "gptStep",
    problem() {
      const next = uniform(width);
      const token = (): number => Math.floor(next() * vocabulary);
      const texts = Array.from({ length: batch }, () => Array.from({ length: time + 1 }, token));
      return {
        batch,
        time,
        heads,
        tokens: Int32Array.from(texts.flatMap((text) => text.slice(0, time))),
        next: Int32Array.from(texts.flatMap((text) => text.slice(1))),
        parameters: parametersOf(sizes, next),
      };
    },
    expected: gptStep,
    tolerance: 1e-4,
    unit: "ms",
    // Forward, and the gradients of both operands of each product.
    flops: 2 * 3 * batch * (dense + attention),
    bars,
  });
}

/** Named as in our packages. Larger than GPT-2's first values, so that no gradient is lost beside the largest. */
function parametersOf({ layers, width, time, vocabulary }: Sizes, next: () => number): readonly NamedArray[] {
  const array = (name: string, shape: readonly number[], limit: number, centre = 0): NamedArray => {
    const count = shape.reduce((product, size) => product * size, 1);
    return { name, shape, values: randomArray(next, count, limit).map((value) => centre + value) };
  };
  const dense = (name: string, outputs: number, inputs: number, separator = "."): readonly NamedArray[] => [
    array(`${name}${separator}weight`, [outputs, inputs], 1 / Math.sqrt(inputs)),
    array(`${name}${separator}bias`, [outputs], 1 / Math.sqrt(inputs)),
  ];
  const norm = (name: string): readonly NamedArray[] => [
    array(`${name}.weight`, [width], 0.1, 1),
    array(`${name}.bias`, [width], 0.1),
  ];
  return [
    array("token_embedding.weight", [vocabulary, width], 0.2),
    array("positions.weight", [time, width], 0.2),
    ...Array.from({ length: layers }, (_, i) => `transformer.layers.${i}`).flatMap((name) => [
      ...dense(`${name}.self_attn.in_proj`, 3 * width, width, "_"),
      ...dense(`${name}.self_attn.out_proj`, width, width),
      ...dense(`${name}.linear1`, 4 * width, width),
      ...dense(`${name}.linear2`, width, 4 * width),
      ...norm(`${name}.norm1`),
      ...norm(`${name}.norm2`),
    ]),
    ...norm("transformer.norm"),
  ];
}
