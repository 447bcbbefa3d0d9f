import type { Argument } from "@unfoldjs/nn";
import {
  assertBoolean,
  assertTensor,
  batchNorm,
  batchNormApply,
  checkOptions,
  full,
  ones,
  scope,
  type Shape,
  type Tensor,
  truthValue,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertInput, RUNNING_OPTIONS, type RunningNormOptions } from "./norm-options.ts";
import { RunningNorm } from "./running-norm.ts";

/** `affine` and `trackRunningStats` are true unless said. */
export interface BatchNormOptions extends RunningNormOptions {
  /** Whether it uses its running statistics while learning too, and leaves them as they are. Default false. */
  readonly frozen?: boolean;
}

const DEFAULTS = { epsilon: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true };

/** Batch norm of any number of axes. */
abstract class BatchNorm extends RunningNorm {
  /**
   * Whether it uses its running statistics while learning too, and leaves them as they are: for a part of a model that is
   * trained already. `freeze()` holds weight and bias alone, as in PyTorch.
   */
  frozen: boolean;
  #passesOn = false;
  readonly #layer: string;
  readonly #axes: string;
  readonly #ranks: readonly number[];

  constructor(layer: string, axes: string, ranks: readonly number[], numFeatures: number, options: BatchNormOptions) {
    checkOptions(layer, options, { ...RUNNING_OPTIONS, frozen: truthValue });
    const { frozen = false, ...others } = options;
    super(layer, numFeatures, others, DEFAULTS);
    this.frozen = frozen;
    this.#layer = layer;
    this.#axes = axes;
    this.#ranks = ranks;
    this.assertHasStatistics();
  }

  /**
   * @param x (batch, numFeatures, …) with as many axes as the class says
   * @returns the same shape
   * @throws ShapeError if axes or channels differ, or there is nothing to take a mean of; ValueError for one element a channel,
   * where the batch's statistics are used
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    const layer = this.#layer;
    assertTensor(layer, "x", x);
    assertInput(layer, x, this.#axes, this.#ranks, this.numFeatures);
    if (this.#passesOn) return x;
    if (this.frozen) this.assertHasStatistics();
    const running = this.frozen ? this.running() : this.runningInstead();
    if (running !== undefined) return batchNormApply(x, running, this.weight, this.bias, this.epsilon);
    const count = x.size / this.numFeatures;
    if (count === 1) throw oneElement(layer, x);
    const { y, ...statistics } = batchNorm(x, this.weight, this.bias, this.epsilon);
    this.track(statistics, count, this.momentum, this.numBatchesTracked);
    return y;
  }

  override config(): readonly Argument[] {
    const [numFeatures = this.numFeatures, options] = super.config();
    const given = { ...(options as Record<string, Argument> | undefined), ...(this.frozen && { frozen: true }) };
    return Object.keys(given).length === 0 ? [numFeatures] : [numFeatures, given];
  }

  /** Whether it gives back what it gets, since a convolution took it in: `foldBatchNorm`. */
  get passesOn(): boolean {
    return this.#passesOn;
  }

  /**
   * What it does in use, as numbers for each channel: y = x · scale + shift.
   * @throws ValueError if there are no running statistics
   */
  scaleAndShift(): { readonly scale: Tensor; readonly shift: Tensor } {
    const running = this.running();
    if (running === undefined) throw new ValueError(this.#layer, {}, "there are no running statistics");
    return scope(() => {
      const inverse = running.variance.add<Shape>(this.epsilon).rsqrt();
      const scale: Tensor = this.weight === undefined ? inverse : inverse.mul<Shape, Shape>(this.weight);
      const moved = running.mean.mul<Shape, Shape>(scale).neg();
      return { scale, shift: this.bias === undefined ? moved : moved.add<Shape, Shape>(this.bias) };
    });
  }

  /** From now on gives back what it gets; its state becomes that of a norm which does so. */
  passOn(): void {
    const running = this.running();
    scope(() => {
      this.weight?.assign(ones([this.numFeatures]));
      this.bias?.assign(zeros([this.numFeatures]));
      running?.mean.assign(zeros([this.numFeatures]));
      running?.variance.assign(full([this.numFeatures], 1 - this.epsilon));
    });
    this.#passesOn = true;
  }

  private assertHasStatistics(): void {
    assertBoolean(this.#layer, "frozen", this.frozen);
    if (!this.frozen || this.running() !== undefined) return;
    throw new ValueError(
      this.#layer,
      { frozen: true, trackRunningStats: false },
      "what is frozen uses running statistics, and there are none",
      "leave trackRunningStats out",
    );
  }
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of features or signals: y = (x − mean) / √(variance + ε) · weight + bias, each
 * channel by its own. While learning with mean and (biased) variance of the batch, of which running ones are kept; in use
 * with the running ones.
 *
 * x is (batch, numFeatures) or (batch, numFeatures, length). `weight` starts as ones, `bias` as zeros, as PyTorch's.
 */
export class BatchNorm1d extends BatchNorm {
  static override readonly name: string = "BatchNorm1d";

  /** @throws ValueError unless numFeatures is a whole number from 1 up and options make sense */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super("BatchNorm1d", "(batch, numFeatures) or (batch, numFeatures, length)", [2, 3], numFeatures, options);
  }
}

/** Batch normalisation of pictures, (batch, numFeatures, height, width): see `BatchNorm1d`. */
export class BatchNorm2d extends BatchNorm {
  static override readonly name: string = "BatchNorm2d";

  /** @throws ValueError unless numFeatures is a whole number from 1 up and options make sense */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super("BatchNorm2d", "(batch, numFeatures, height, width)", [4], numFeatures, options);
  }
}

/** Batch normalisation of volumes, (batch, numFeatures, depth, height, width): see `BatchNorm1d`. */
export class BatchNorm3d extends BatchNorm {
  static override readonly name: string = "BatchNorm3d";

  /** @throws ValueError unless numFeatures is a whole number from 1 up and options make sense */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super("BatchNorm3d", "(batch, numFeatures, depth, height, width)", [5], numFeatures, options);
  }
}

function oneElement(layer: string, { shape }: Tensor): ValueError {
  return new ValueError(
    layer,
    { x: `[${shape.join(", ")}]` },
    "a channel of one element is its own mean, and nothing is left of it",
    "pass more than one example, or call eval() to use the running statistics",
  );
}
