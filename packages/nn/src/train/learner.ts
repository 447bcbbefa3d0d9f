import { ValueError } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { partsOf } from "../module/parts.ts";
import type { Parameter } from "../module/parameter.ts";
import { clipGradNorm, gradNorm } from "../optimise/clip.ts";
import { backwardInto } from "./backward.ts";
import { BufferKeeper } from "./buffer-keeper.ts";
import { examplesIn } from "./batch-size.ts";
import type { FitOptions } from "./fit-options.ts";
import { LearningModes } from "./modes.ts";
import { perform } from "./task.ts";

/** What a step came to. */
export interface Step {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly examples: number;
}

/** Where a training is, for errors and schedules. */
interface Place {
  readonly epoch: number;
  readonly epochSteps: number;
  readonly steps: number;
}

/** Takes the steps of a training: each whole, or none of it. */
export class Learner<Batch, Output> {
  private readonly model: Module;
  private readonly options: FitOptions<Batch, Output>;
  private readonly modes: LearningModes = new LearningModes();
  private readonly buffers: BufferKeeper = new BufferKeeper();

  constructor(model: Module, options: FitOptions<Batch, Output>) {
    this.model = model;
    this.options = options;
  }

  /**
   * A forward, the loss, its gradients and a step of the optimiser. After an error there are no gradients, and parameters and
   * buffers are as before.
   * @throws ValueError if the loss or a gradient is not finite
   */
  step(batch: Batch, place: Place): Step {
    const { modules, parameters, buffers } = partsOf(this.model);
    // Gradients that somebody else left are not this batch's.
    for (const parameter of parameters) parameter.dropGrad();
    try {
      return this.modes.during(modules, () => this.buffers.during(buffers, () => this.learn(batch, parameters, place)));
    } catch (error) {
      for (const parameter of parameters) parameter.dropGrad();
      throw error;
    }
  }

  private learn(batch: Batch, parameters: readonly Parameter[], place: Place): Step {
    const { optimizer, schedule, clipNorm, examples } = this.options;
    if (schedule !== undefined) optimizer.learningRateFactor = factorAt(schedule, place.steps);
    let metrics: Readonly<Record<string, number>> = {};
    const loss = backwardInto({ parameters: new Set(parameters), modules: [this.model] }, () => {
      const outcome = perform("fit", this.options, batch);
      metrics = outcome.metrics;
      return outcome.loss;
    });
    if (!Number.isFinite(loss)) throw this.notFinite("loss", { loss }, place);
    const norm = clipNorm === undefined ? gradNorm(parameters) : clipGradNorm(parameters, clipNorm);
    if (!Number.isFinite(norm)) throw this.notFinite("gradient", { loss, gradient: this.culprit() }, place);
    const count = examplesIn("fit", batch, examples);
    optimizer.step();
    return { loss, metrics, examples: count };
  }

  /** The first parameter whose gradient is not finite. */
  private culprit(): string {
    const [path] = this.model.namedParameters().find(([, parameter]) => !Number.isFinite(gradNorm([parameter]))) ?? [];
    return `not finite, of ${path}`;
  }

  private notFinite(
    what: "loss" | "gradient",
    evidence: Readonly<Record<string, number | string>>,
    { epoch, epochSteps }: Place,
  ): ValueError {
    const { learningRate, learningRateFactor } = this.options.optimizer;
    return new ValueError(
      "fit",
      { ...evidence, epoch, step: epochSteps + 1, learningRate: learningRate * learningRateFactor },
      `the ${what} is not a finite number any more; parameters and running statistics are as they were before this step`,
      what === "loss"
        ? "a smaller learning rate, clipNorm, or a look at the data: are there NaNs in it?"
        : "trapNonFinite(() => backward(…)) names the op; often a root, a logarithm or a division at 0: add a small number to it",
    );
  }
}

function factorAt(schedule: (step: number) => number, step: number): number {
  const factor = schedule(step);
  if (Number.isFinite(factor) && factor >= 0) return factor;
  throw new ValueError("fit", { step, factor }, "a schedule gives a factor of the learning rate: a number from 0 up");
}
