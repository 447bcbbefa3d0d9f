import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { core } from "../../runtime/heap.ts";
import { countOf } from "../../shape/axes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { DType } from "../../types/dtype.ts";
import type { Shape } from "../../types/shape.ts";

/** Where a generator stands: plain numbers, for a checkpoint. */
export interface GeneratorState {
  readonly seed: number;
  /** How many blocks of four words were used. */
  readonly counter: number;
}

/** Where random numbers come from: a seed, and a counter of blocks of four words that a draw moves on. */
export interface RandomSource {
  state(): GeneratorState;
  restore(state: GeneratorState): void;
  /** Takes the next `blocks` blocks. @returns the counter of the first */
  reserve(blocks: number): number;
}

interface Draw<Settings> {
  readonly source: RandomSource;
  readonly shape: Shape;
  readonly settings: Settings;
}

type DrawOp<Name extends string, Settings> = KernelOp<Name, [], Draw<Settings>, OneDiscrete, "seed" | "counter">;

/** Seed and counter in 32-bit halves, as kernels take them. */
type Words = readonly [seedLow: number, seedHigh: number, counterLow: number, counterHigh: number];

/** One word of a block a number. */
const wordEach = (count: number): number => Math.ceil(count / 4);
/** Eight numbers of the method of Box & Muller take two blocks. */
const boxMuller = (count: number): number => 2 * Math.ceil(count / 8);

/**
 * The record of a draw, by the name of the generator's method. How many blocks it takes follows from its shape alone, and they are reserved before it runs;
 * seed and counter are variables, so that a draw that is run again draws anew.
 */
function drawOp<const Name extends string, Settings>(
  name: Name,
  dtype: DType,
  blocksOf: (count: number) => number,
  fill: (words: Words, count: number, settings: Settings, out: number) => unknown,
): DrawOp<Name, Settings> {
  return defineOp(name, [], {
    results: { y: DISCRETE },
    shape: (_, { shape }) => shape,
    dtype: () => dtype,
    variables: {
      seed: ({ source }) => source.state().seed,
      counter: ({ source, shape }) => source.reserve(blocksOf(countOf(name, shape))),
    },
    run: (_, out, { settings }, { seed, counter }) => {
      fill([...halves(seed), ...halves(counter)], out.size, settings, out.address);
    },
  });
}

/** The 32-bit words of a whole number, the low one first. */
export function halves(number: number): [low: number, high: number] {
  return [number >>> 0, Math.floor(number / 2 ** 32)];
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

const uniformOp: DrawOp<"Generator.uniform", Bounds> = drawOp(
  "Generator.uniform",
  "f32",
  wordEach,
  (words, count, { low, high }, out) => core().random_uniform(...words, count, low, high, out),
);

const integersOp: DrawOp<"Generator.integers", Bounds> = drawOp(
  "Generator.integers",
  "i32",
  wordEach,
  (words, count, { low, high }, out) => core().random_integers(...words, count, low, high - low, out),
);

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

const normalOp: DrawOp<"Generator.normal", Moments> = drawOp(
  "Generator.normal",
  "f32",
  boxMuller,
  (words, count, { mean, deviation }, out) => core().random_normal(...words, count, mean, deviation, out),
);

interface Trial {
  readonly probability: number;
  /** What a success gives. */
  readonly value: number;
}

const bernoulliOp: DrawOp<"Generator.bernoulli", Trial> = drawOp(
  "Generator.bernoulli",
  "f32",
  wordEach,
  (words, count, { probability, value }, out) => core().random_bernoulli(...words, count, probability, value, out),
);

const permutationOp: DrawOp<"Generator.permutation", undefined> = drawOp(
  "Generator.permutation",
  "i32",
  wordEach,
  (words, count, _, out) => core().random_permutation(...words, count, out),
);

function draw<D extends DType, Settings>(
  op: DrawOp<string, Settings>,
  source: RandomSource,
  shape: Shape,
  settings: Settings,
): Tensor<Shape, D> {
  return apply(op, {}, { source, shape, settings }) as Tensor<Shape, D>;
}

/** f32 in [low, high). */
export function drawUniform(source: RandomSource, shape: Shape, bounds: Bounds): Tensor {
  return draw(uniformOp, source, shape, bounds);
}

/** i32 from `low` up to, not including, `high`. */
export function drawIntegers(source: RandomSource, shape: Shape, bounds: Bounds): Tensor<Shape, "i32"> {
  return draw(integersOp, source, shape, bounds);
}

/** f32. */
export function drawNormal(source: RandomSource, shape: Shape, moments: Moments): Tensor {
  return draw(normalOp, source, shape, moments);
}

/** f32: `value` with the given probability, else 0. */
export function drawBernoulli(source: RandomSource, shape: Shape, trial: Trial): Tensor {
  return draw(bernoulliOp, source, shape, trial);
}

/** i32: the numbers from 0 to `count` − 1. */
export function drawPermutation(source: RandomSource, count: number): Tensor<Shape, "i32"> {
  return draw(permutationOp, source, [count], undefined);
}

export const drawOps: {
  "Generator.uniform": typeof uniformOp;
  "Generator.integers": typeof integersOp;
  "Generator.normal": typeof normalOp;
  "Generator.bernoulli": typeof bernoulliOp;
  "Generator.permutation": typeof permutationOp;
} = {
  "Generator.uniform": uniformOp,
  "Generator.integers": integersOp,
  "Generator.normal": normalOp,
  "Generator.bernoulli": bernoulliOp,
  "Generator.permutation": permutationOp,
};
