import {
  assertTensor,
  batchNormApply,
  instanceNorm,
  scope,
  type Shape,
  sizeOf,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { assertInput, type RunningNormOptions } from "./norm-options.ts";
import { RunningNorm } from "./running-norm.ts";

/** `affine` and `trackRunningStats` are false unless said. A momentum of null leaves the running statistics as they are. */
export type InstanceNormOptions = RunningNormOptions;

const DEFAULTS = { epsilon: 1e-5, momentum: 0.1, affine: false, trackRunningStats: false };

/** Instance norm of any number of axes. */
abstract class InstanceNorm extends RunningNorm {
  readonly #layer: string;
  readonly #axes: string;
  readonly #rank: number;

  constructor(layer: string, axes: string, rank: number, numFeatures: number, options: InstanceNormOptions) {
    super(layer, numFeatures, options, DEFAULTS);
    this.#layer = layer;
    this.#axes = axes;
    this.#rank = rank;
  }

  /**
   * @param x (batch, numFeatures, …) with as many axes as the class says, or one example without the batch
   * @returns the same shape
   * @throws ShapeError if axes or channels differ; ValueError for one element a channel, where its own statistics are used
   */
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  override forward(x: Tensor): Tensor {
    const layer = this.#layer;
    assertTensor(layer, "x", x);
    const isOne = x.rank === this.#rank - 1;
    assertInput(layer, x, this.#axes, [this.#rank, this.#rank - 1], this.numFeatures, isOne ? 0 : 1);
    const batch = isOne ? x.unsqueeze(0) : x;
    const y = this.normalised(batch);
    return isOne ? y.squeeze(0) : y;
  }

  private normalised(x: Tensor): Tensor {
    const running = this.runningInstead();
    if (running !== undefined) return batchNormApply(x, running, this.weight, this.bias, this.epsilon);
    const count = sizeOf(x.shape.slice(2));
    if (count <= 1) {
      throw new ValueError(
        this.#layer,
        { x: `[${x.shape.join(", ")}]` },
        "a channel of an example needs more than one element: one is its own mean, and nothing is left of it",
      );
    }
    this.trackMeans(x, count);
    return instanceNorm(x, this.weight, this.bias, this.epsilon);
  }

  /** Keeps the means, over the batch, of what each example's channels have. */
  private trackMeans(x: Tensor, count: number): void {
    if (!this.training || this.runningMean === undefined || x.shape[0] === 0) return;
    scope(() => {
      const places = x.shape.map((_, axis) => axis).slice(2);
      const mean = x.mean(places).mean(0);
      const variance = x.variance(places, { correction: 0 }).mean(0);
      // PyTorch counts no batches here, and takes a momentum of None for 0.
      this.track({ mean, variance }, count, this.momentum ?? 0);
    });
  }
}

/**
 * Instance normalisation (Ulyanov, Vedaldi & Lempitsky 2016) of signals: y = (x − mean) / √(variance + ε) · weight + bias, with
 * mean and (biased) variance of each channel of each example. With `trackRunningStats` running ones are kept while learning
 * and used afterwards.
 *
 * x is (batch, numFeatures, length) or (numFeatures, length). `weight` starts as ones, `bias` as zeros, as PyTorch's.
 */
export class InstanceNorm1d extends InstanceNorm {
  static override readonly name: string = "InstanceNorm1d";

  /** @throws ValueError unless numFeatures is a whole number from 1 up and options make sense */
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    super("InstanceNorm1d", "(batch, numFeatures, length) or (numFeatures, length)", 3, numFeatures, options);
  }
}

/** Instance normalisation of pictures, (batch, numFeatures, height, width) or one of them: see `InstanceNorm1d`. */
export class InstanceNorm2d extends InstanceNorm {
  static override readonly name: string = "InstanceNorm2d";

  /** @throws ValueError unless numFeatures is a whole number from 1 up and options make sense */
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    const axes = "(batch, numFeatures, height, width) or (numFeatures, height, width)";
    super("InstanceNorm2d", axes, 4, numFeatures, options);
  }
}
