import { assertNumber, assertShape } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE, type OneDiscrete } from "../../dispatch/results.ts";
import { DTypeError, ShapeError } from "../../errors/index.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { halves, type RandomSource } from "./draw.ts";

/** Seed and counter, each as two words. */
const WORDS = 4;

interface Reservation {
  readonly source: RandomSource;
  readonly blocks: number;
}

type StreamOp = KernelOp<"Generator.stream", [], Reservation, OneDiscrete, "seed" | "counter">;

/** A place in a generator's numbers as a tensor: kernels that draw by themselves, their gradients and their compositions draw the same. */
const streamOp: StreamOp = defineOp("Generator.stream", [], {
  results: { y: DISCRETE },
  shape: () => [WORDS],
  dtype: () => "i32",
  variables: {
    seed: ({ source }) => source.state().seed,
    counter: ({ source, blocks }) => source.reserve(blocks),
  },
  run: (_, out, _attributes, { seed, counter }) => {
    heapI32().set([...halves(seed), ...halves(counter)], out.address / 4);
  },
});

/** (4), i32: the next `blocks` blocks of a generator. */
export function drawStream(source: RandomSource, blocks: number): Tensor<[4], "i32"> {
  return apply(streamOp, {}, { source, blocks }) as Tensor<[4], "i32">;
}

/** @throws DTypeError, ShapeError unless it is four words */
export function assertStream(op: string, name: string, stream: AnyTensor | undefined): void {
  if (stream === undefined) return;
  const came = { [name]: stream.shape, dtype: stream.dtype };
  if (stream.dtype !== "i32") throw new DTypeError(op, came, `${name} must be i32, as Generator.stream gives it`);
  if (stream.rank !== 1 || stream.shape[0] !== WORDS) {
    throw new ShapeError(op, came, `${name} must be [${WORDS}], as Generator.stream gives it`);
  }
}

interface Trial {
  readonly shape: Shape;
  readonly probability: number;
  /** What a success gives. */
  readonly value: number;
}

type BernoulliOfOp = KernelOp<"bernoulliOf", ["stream"], Trial, OneDiscrete>;

const bernoulliOfOp: BernoulliOfOp = defineOp("bernoulliOf", ["stream"], {
  results: { y: DISCRETE },
  shape: ({ stream }, { shape }) => {
    assertStream("bernoulliOf", "stream", stream);
    return shape;
  },
  dtype: () => "f32",
  run: ({ stream }, out, { probability, value }) => {
    onContiguous(stream, ({ address }) => {
      const [a = 0, b = 0, c = 0, d = 0] = heapI32().subarray(address / 4, address / 4 + WORDS);
      core().random_bernoulli(a, b, c, d, out.size, probability, value, out.address);
    });
  },
});

/**
 * `value` with the given probability, else 0, from a place in a generator's numbers: the same each time.
 * @param stream (4), i32, from `Generator.stream` @returns f32
 * @throws ShapeError, DTypeError on what is no stream, ValueError unless the probability is in [0, 1]
 */
export function bernoulliOf<const S extends Shape>(
  stream: Tensor<Shape, "i32">,
  shape: S,
  probability: number,
  value: number,
): Tensor<S> {
  assertShape("bernoulliOf", "shape", shape);
  assertNumber("bernoulliOf", "value", value);
  assertProbability("bernoulliOf", "probability", probability);
  return apply(bernoulliOfOp, { stream }, { shape, probability, value }) as Tensor<S>;
}

/** @throws ValueError unless it is a number from 0 to 1 */
export function assertProbability(op: string, name: string, value: unknown): asserts value is number {
  if (typeof value === "number" && value >= 0 && value <= 1) return;
  throw wrongArgument(op, name, value, "a probability, from 0 to 1");
}

export const streamOps: { "Generator.stream": typeof streamOp; bernoulliOf: typeof bernoulliOfOp } = {
  "Generator.stream": streamOp,
  bernoulliOf: bernoulliOfOp,
};

/** @throws ValueError unless numbers can be drawn from it */
export function assertSource(op: string, name: string, value: unknown): asserts value is RandomSource {
  const isObject = typeof value === "object" && value !== null;
  if (isObject && "reserve" in value && "restore" in value && "state" in value) return;
  throw wrongArgument(op, name, value, "a Generator", typeof value === "number" ? "new Generator(seed)" : undefined);
}
