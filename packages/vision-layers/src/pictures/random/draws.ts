import { type Generator, scope, stack, tensor, type Tensor } from "@unfoldjs/tensor-core";

// Single numbers from a generator. Logarithms and exponentials are the core's, of the same bits in every engine.

/** In [low, high); `low` where both are one number. */
export function uniform(generator: Generator, low: number, high: number): number {
  if (low === high) return low;
  return scope(() => generator.uniform([1], low, high).item());
}

/** A whole number from `low` up to, not including, `high`. */
export function whole(generator: Generator, low: number, high: number): number {
  return scope(() => generator.integers([1], low, high).item());
}

/** True with a probability. A number is drawn in any case, so that what follows does not depend on it. */
export function happens(generator: Generator, probability: number): boolean {
  return uniform(generator, 0, 1) < probability;
}

/** Uniform in its logarithm: as likely to be half as to be twice. */
export function logUniform(generator: Generator, low: number, high: number): number {
  return scope(() => {
    const [from = 0, to = 0] = tensor([low, high]).log().data();
    return from === to ? low : generator.uniform([1], from, to).exp().item();
  });
}

/** 0 … count − 1 in random order. */
export function order(generator: Generator, count: number): number[] {
  return scope(() => Array.from(generator.permutation(count).data()));
}

/** What a function makes of each picture of a batch, or of the one there is. What it makes on the way goes. */
export function eachPicture(x: Tensor, f: (picture: Tensor) => Tensor): Tensor {
  if (x.rank !== 4) return scope(() => f(x));
  return scope(() => stack(Array.from({ length: x.shape[0] ?? 0 }, (_, i) => f(x.slice(0, i, i + 1).squeeze(0)))));
}
