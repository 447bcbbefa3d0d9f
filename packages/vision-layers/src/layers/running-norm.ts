import { type Argument, Buffer, givenOptions, Module, parameter, type Parameter } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  ones,
  scope,
  tensor,
  type Tensor,
  updateRunning,
  zeros,
  inCall,
} from "@unfoldjs/tensor-core";
import { RUNNING_OPTIONS, type RunningNormOptions } from "./norm-options.ts";

type Statistics = { readonly mean: Tensor; readonly variance: Tensor };

/** What batch norm and instance norm have in common: weight and bias, and statistics that run. */
export abstract class RunningNorm extends Module {
  readonly numFeatures: number;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly runningMean: Buffer | undefined;
  /** Unbiased: divided by one less than the count. */
  readonly runningVar: Buffer | undefined;
  /** How many batches the running statistics have seen. */
  readonly numBatchesTracked: Buffer<[], "i32"> | undefined;
  protected readonly epsilon: number;
  protected readonly momentum: number | null;
  readonly #given: RunningNormOptions;

  constructor(layer: string, numFeatures: number, given: RunningNormOptions, defaults: Required<RunningNormOptions>) {
    super();
    assertWhole(layer, "numFeatures", numFeatures, 1);
    checkOptions(layer, given, RUNNING_OPTIONS);
    const { epsilon = defaults.epsilon, momentum = defaults.momentum } = given;
    const { affine = defaults.affine, trackRunningStats = defaults.trackRunningStats } = given;
    this.numFeatures = numFeatures;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.#given = given;
    this.weight = affine ? inCall(layer, () => parameter(() => ones([numFeatures]))) : undefined;
    this.bias = affine ? inCall(layer, () => parameter(() => zeros([numFeatures]))) : undefined;
    this.runningMean = trackRunningStats
      ? inCall(layer, () => scope(() => new Buffer(zeros([numFeatures]))))
      : undefined;
    this.runningVar = trackRunningStats ? inCall(layer, () => scope(() => new Buffer(ones([numFeatures])))) : undefined;
    this.numBatchesTracked = trackRunningStats ? scope(() => new Buffer(tensor(0, "i32"))) : undefined;
  }

  /** The statistics that are used instead of the batch's, if this is the time for it. */
  protected runningInstead(): Statistics | undefined {
    if (this.training) return undefined;
    return this.running();
  }

  /** The running statistics, if there are any. */
  protected running(): Statistics | undefined {
    const { runningMean: mean, runningVar: variance } = this;
    return mean === undefined || variance === undefined ? undefined : { mean, variance };
  }

  /** Moves the running statistics towards those of a batch with `count` elements a channel, if they are kept and it learns. */
  protected track(batch: Statistics, count: number, momentum: number | null, batches?: Buffer<[], "i32">): void {
    const running = this.running();
    if (!this.training || running === undefined) return;
    updateRunning({ ...running, batches }, batch, { momentum, count });
  }

  override config(): readonly Argument[] {
    return [this.numFeatures, ...givenOptions(this.#given)];
  }
}
