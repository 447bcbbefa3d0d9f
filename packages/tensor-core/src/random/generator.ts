import { ValueError } from "../errors/index.ts";
import {
  drawBernoulli,
  drawIntegers,
  drawNormal,
  drawPermutation,
  drawUniform,
  type GeneratorState,
  type RandomSource,
} from "../ops/random/draw.ts";
import { drawStream } from "../ops/random/stream.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape, Sizes } from "../types/shape.ts";
import { assertNumber, assertRecord, assertShape } from "../arguments/checks.ts";
import { inCall } from "../errors/in-call.ts";

/** Generators are known by this mark and not by `instanceof`, so that two copies of the package understand each other. */
const BRAND = "@unfoldjs/generator";

/**
 * Random numbers from a seed and a counter: Philox 4×32-10 (Salmon et al. 2011). The same seed gives the same numbers on
 * every machine and in every build; a call advances the counter by an amount that follows from its size alone.
 *
 * @example
 * const generator = new Generator(42);
 * const weights = generator.normal([64, 10], 0, 0.1);
 */
export class Generator implements RandomSource {
  private seed: number;
  private counter: number;

  /** @param seed a whole number from 0 up to 2⁵³ @throws ValueError */
  constructor(seed = 0) {
    this.seed = wholeNumber("Generator", "seed", seed);
    this.counter = 0;
  }

  get brand(): typeof BRAND {
    return BRAND;
  }

  /** What `restore` needs to go on from here. */
  state(): GeneratorState {
    return { seed: this.seed, counter: this.counter };
  }

  /** Goes on from where a generator stood when its `state()` was taken. @throws ValueError on what is no state */
  restore(state: GeneratorState): void {
    assertRecord("Generator.restore", "state", state, "what state() gave: { seed, counter }");
    const seed = wholeNumber("Generator.restore", "seed", state.seed);
    this.counter = wholeNumber("Generator.restore", "counter", state.counter);
    this.seed = seed;
  }

  /** Starts afresh from a seed. @throws ValueError */
  manualSeed(seed: number): this {
    this.seed = wholeNumber("Generator.manualSeed", "seed", seed);
    this.counter = 0;
    return this;
  }

  /** Uniform in [low, high). @throws ValueError unless low < high, both finite */
  uniform<const S extends Shape>(shape: S, low = 0, high = 1): Tensor<Sizes<S>> {
    assertShape("Generator.uniform", "shape", shape);
    assertNumber("Generator.uniform", "low", low);
    assertNumber("Generator.uniform", "high", high);
    if (!(low < high && Math.abs(low) <= LARGEST && Math.abs(high) <= LARGEST)) {
      throw new ValueError("Generator.uniform", { low, high }, `needs low < high, both finite`);
    }
    return drawUniform(this, shape, { low, high }) as Tensor<Sizes<S>>;
  }

  /** Normal, by the method of Box & Muller. @throws ValueError on a negative or infinite deviation */
  normal<const S extends Shape>(shape: S, mean = 0, deviation = 1): Tensor<Sizes<S>> {
    assertShape("Generator.normal", "shape", shape);
    assertNumber("Generator.normal", "mean", mean);
    assertNumber("Generator.normal", "deviation", deviation);
    if (!(Number.isFinite(mean) && deviation >= 0 && deviation < Infinity)) {
      throw new ValueError("Generator.normal", { mean, deviation }, "needs a finite mean and a deviation from 0 up");
    }
    return drawNormal(this, shape, { mean, deviation }) as Tensor<Sizes<S>>;
  }

  /** Whole numbers from `low` up to, not including, `high`, all equally likely. @throws ValueError unless low < high */
  integers<const S extends Shape>(shape: S, low: number, high: number): Tensor<Sizes<S>, "i32"> {
    assertShape("Generator.integers", "shape", shape);
    const isRange =
      Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high < 2 ** 31 && low < high;
    if (!isRange) {
      throw new ValueError(
        "Generator.integers",
        { low, high },
        "needs whole numbers low < high, both within the range of i32",
      );
    }
    return drawIntegers(this, shape, { low, high }) as Tensor<Sizes<S>, "i32">;
  }

  /** The numbers from 0 to `count` − 1 in random order, all orders equally likely. @throws ValueError */
  permutation(count: number): Tensor<[number], "i32"> {
    wholeNumber("Generator.permutation", "count", count);
    return drawPermutation(this, count) as Tensor<[number], "i32">;
  }

  /** 1 with the given probability, else 0. @throws ValueError unless it is in [0, 1] */
  bernoulli<const S extends Shape>(shape: S, probability: number): Tensor<Sizes<S>> {
    assertNumber("Generator.bernoulli", "probability", probability);
    return this.choose("Generator.bernoulli", shape, probability, 1);
  }

  /**
   * 0 with the given probability, else 1 / (1 − probability): a mask that keeps the expected sum of what it multiplies
   * (Srivastava et al. 2014). @throws ValueError unless the probability is in [0, 1]
   */
  dropoutMask<const S extends Shape>(shape: S, probability: number): Tensor<Sizes<S>> {
    assertNumber("Generator.dropoutMask", "probability", probability);
    return this.choose("Generator.dropoutMask", shape, 1 - probability, probability === 1 ? 0 : 1 / (1 - probability));
  }

  private choose<S extends Shape>(op: string, shape: S, probability: number, value: number): Tensor<Sizes<S>> {
    assertShape(op, "shape", shape);
    if (!(probability >= 0 && probability <= 1)) {
      throw new ValueError(op, { probability }, "a probability is a share: 0 to 1");
    }
    return inCall(op, () => drawBernoulli(this, shape, { probability, value })) as Tensor<Sizes<S>>;
  }

  /**
   * Takes the next `blocks` blocks of four words, for kernels that draw by themselves and draw the same again for their
   * gradient.
   * @returns (4), i32: where they are; see `bernoulliOf` @throws ValueError
   */
  stream(blocks: number): Tensor<[4], "i32"> {
    return drawStream(this, wholeNumber("Generator.stream", "blocks", blocks));
  }

  /**
   * Takes the next `blocks` blocks of four words, for a kernel that draws by itself.
   * @returns the counter of the first
   */
  reserve(blocks: number): number {
    const first = this.counter;
    this.counter += wholeNumber("Generator.reserve", "blocks", blocks);
    return first;
  }
}

/** True for a generator of this or of another copy of the package. */
export function isGenerator(value: unknown): value is Generator {
  return typeof value === "object" && value !== null && "brand" in value && value.brand === BRAND;
}

/** The largest finite f32. */
const LARGEST = 2 ** 128 - 2 ** 104;

function wholeNumber(op: string, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new ValueError(op, { [name]: value }, `the ${name} must be a whole number from 0 up to 2⁵³`);
}
