import { Embedding } from "@unfoldjs/nn";
import { fromArray, Generator, oneHot, scope, type Tensor } from "@unfoldjs/tensor-core";

/** E·o = e, both ways. */
export interface Product {
  readonly words: number;
  readonly features: number;
  /** Whether every number is the same, bit by bit. */
  readonly isEqual: boolean;
  readonly productMilliseconds: number;
  readonly lookupMilliseconds: number;
}

/** Multiplies a table by one-hot words and looks the same words up. Vectors are rows here, so it is o·E, the same product transposed. */
export function compareProducts(words: number, features: number, count: number, seed: number): Product {
  return scope(() => {
    const generator = new Generator(seed);
    const table = new Embedding(words, features, { generator });
    const chosen: Tensor = generator.uniform([count], 0, words);
    const indices = fromArray(Int32Array.from(chosen.data(), (value) => Math.min(words - 1, Math.floor(value))));
    const timed = (work: () => Tensor): { numbers: Float32Array; milliseconds: number } => {
      work(); // once before, so that nothing is measured but the work
      const began = performance.now();
      const numbers = work().data();
      return { numbers, milliseconds: performance.now() - began };
    };
    const product = timed(() => oneHot(indices, words).to("f32").matmul(table.weight));
    const lookup = timed(() => table.forward(indices));
    const isEqual = product.numbers.every(
      (value, at) => Object.is(value, lookup.numbers[at]) || value === lookup.numbers[at],
    );
    table.dispose();
    return {
      words,
      features,
      isEqual,
      productMilliseconds: product.milliseconds,
      lookupMilliseconds: lookup.milliseconds,
    };
  });
}
