import { ValueError } from "@unfoldjs/tensor-core";
import type { BatchSource } from "../data/batch-source.ts";
import type { Module } from "../module/module.ts";
import { clipGradNorm } from "../optimise/clip.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import { Averages, examplesIn } from "./average.ts";
import { backward } from "./backward.ts";
import type { Callback, EpochReport, FitResult, TrainingRun } from "./callback.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { evaluate, LOSS } from "./evaluate.ts";
import type { FitOptions } from "./fit-options.ts";
import type { Layers } from "../save/layers.ts";
import { type GeneratorStates, Generators } from "../state/generator-states.ts";
import { Pace } from "./macrotask.ts";
import { measure } from "./task.ts";

/** One training from start, or from a checkpoint, to its end. */
export class Run<Batch, Output> implements TrainingRun {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  epoch = 0;
  epochSteps = 0;
  steps = 0;
  lastLoss: number = Number.NaN;
  readonly history: EpochReport[] = [];
  private readonly data: BatchSource<Batch>;
  private readonly options: FitOptions<Batch, Output>;
  private readonly callbacks: readonly Callback[];
  private readonly metricNames: readonly string[];
  private readonly generators: Generators;
  /** As the generators were when this epoch began. */
  private epochGenerators: GeneratorStates = {};
  private averages = new Averages();
  /** Milliseconds of work in this epoch. */
  private busy = 0;
  /** Milliseconds of work in all. */
  private total = 0;
  private stopped: string | undefined;
  /** Batches of the epoch that was broken off, if one was. */
  private batchesToSkip: number | undefined;

  constructor(model: Module, data: BatchSource<Batch>, options: FitOptions<Batch, Output>) {
    this.model = model;
    this.data = data;
    this.options = options;
    this.optimizer = options.optimizer;
    this.epochs = options.epochs;
    this.callbacks = options.callbacks ?? [];
    this.metricNames = Object.keys(options.metrics ?? {});
    this.generators = new Generators(model, data.generator, options.generators ?? {});
  }

  get stepsPerEpoch(): number | undefined {
    return this.data.length;
  }
  get loss(): number {
    return this.averages.mean(LOSS);
  }
  get metrics(): Record<string, number> {
    return this.averages.means(this.metricNames);
  }
  get examplesPerSecond(): number {
    return (1000 * this.averages.examples) / this.busy;
  }
  get secondsLeft(): number | undefined {
    if (this.stepsPerEpoch === undefined) return undefined;
    const steps = (this.epochs - this.epoch + 1) * this.stepsPerEpoch - this.epochSteps;
    return (steps * this.busy) / this.epochSteps / 1000;
  }

  stop(reason: string): void {
    this.stopped ??= reason;
  }

  async toEnd(): Promise<FitResult> {
    this.model.train();
    for (const callback of this.callbacks) await callback.onStart?.(this);
    while (this.stopped === undefined && (this.batchesToSkip !== undefined || this.epoch < this.epochs))
      await this.oneEpoch();
    const result = { history: this.history, steps: this.steps, seconds: this.total / 1000, stopped: this.stopped };
    for (const callback of this.callbacks) await callback.onEnd?.(this, result);
    return result;
  }

  private async oneEpoch(): Promise<void> {
    const iterator = this.beginPass();
    if (this.epochSteps === 0) for (const callback of this.callbacks) await callback.onEpochStart?.(this);
    const pace = new Pace();
    try {
      while (!this.shouldStop()) {
        const started = performance.now();
        const next = iterator.next();
        if (next.done === true) break;
        this.learn(next.value);
        const spent = performance.now() - started;
        this.busy += spent;
        this.total += spent;
        for (const callback of this.callbacks) await callback.onStep?.(this);
        await pace.turn();
      }
    } finally {
      iterator.return?.();
    }
    if (this.stopped === undefined) await this.endEpoch();
  }

  /** The batches of a new epoch, or the rest of those of the epoch that a checkpoint was made in. */
  private beginPass(): Iterator<Batch> {
    const skip = this.batchesToSkip;
    this.batchesToSkip = undefined;
    if (skip !== undefined) {
      const now = this.generators.states();
      this.generators.restore(this.epochGenerators);
      const iterator = this.data[Symbol.iterator]();
      for (let i = 0; i < skip; i++) iterator.next();
      this.generators.restore(now);
      return iterator;
    }
    this.epoch++;
    this.epochSteps = 0;
    this.busy = 0;
    this.averages = new Averages();
    this.epochGenerators = this.generators.states();
    return this.data[Symbol.iterator]();
  }

  private shouldStop(): boolean {
    if (this.options.signal?.aborted === true) this.stop("aborted");
    return this.stopped !== undefined;
  }

  private learn(batch: Batch): void {
    const { forward, loss, schedule, clipNorm } = this.options;
    if (schedule !== undefined) this.optimizer.learningRateFactor = schedule(this.steps);
    let measured: Record<string, number> = {};
    this.lastLoss = backward(this.model, () => {
      const output = forward(batch);
      measured = measure(this.options, output, batch);
      return loss(output, batch);
    });
    if (!Number.isFinite(this.lastLoss)) throw this.notFinite();
    if (clipNorm !== undefined) clipGradNorm(this.model.parameters(), clipNorm);
    this.optimizer.step();
    this.steps++;
    this.epochSteps++;
    this.averages.add({ ...measured, [LOSS]: this.lastLoss }, examplesIn(batch));
  }

  private notFinite(): ValueError {
    return new ValueError(
      "fit",
      {
        loss: this.lastLoss,
        epoch: this.epoch,
        step: this.epochSteps + 1,
        learningRate: this.optimizer.learningRate * this.optimizer.learningRateFactor,
      },
      "the loss is not a finite number any more; the parameters are as they were before this step",
      "a smaller learning rate, clipNorm, or a look at the data: are there NaNs in it?",
    );
  }

  private async endEpoch(): Promise<void> {
    if (this.epochSteps === 0) {
      throw new ValueError(
        "fit",
        { epoch: this.epoch },
        "the data gave no batches",
        "each for loop over the data must be a pass: give an array or batches(…), not an iterator",
      );
    }
    const { validation, signal } = this.options;
    const evaluated =
      validation === undefined ? {} : { validation: await evaluate(this.model, validation, this.options, { signal }) };
    const report: EpochReport = {
      epoch: this.epoch,
      loss: this.loss,
      metrics: this.metrics,
      ...evaluated,
      steps: this.steps,
      seconds: this.busy / 1000,
      examplesPerSecond: this.examplesPerSecond,
    };
    this.history.push(report);
    for (const callback of this.callbacks) await callback.onEpochEnd?.(this, report);
    this.shouldStop();
  }

  checkpoint({ layers = {} }: { readonly layers?: Layers } = {}): Uint8Array {
    const { epoch, epochSteps, steps, busy, total, history, epochGenerators } = this;
    const training = {
      progress: { epoch, epochSteps, steps, busy, total },
      averages: this.averages.state(),
      history,
      generators: this.generators.states(),
      epochGenerators,
    };
    return encodeCheckpoint(this.model, this.optimizer, this.callbacks, training, layers);
  }

  /** Goes on from a checkpoint. @throws FormatError, ValueError if it is not one of this run */
  resume(bytes: Uint8Array): void {
    const { progress, averages, history, generators, epochGenerators } = decodeCheckpoint(
      bytes,
      this.model,
      this.optimizer,
      this.callbacks,
    );
    Object.assign(this, progress);
    this.history.push(...history);
    this.averages = Averages.from(averages);
    this.generators.restore(generators);
    this.epochGenerators = epochGenerators;
    // An epoch that has its report is over.
    if (this.epoch > 0 && history.at(-1)?.epoch !== this.epoch) this.batchesToSkip = this.epochSteps;
  }
}
