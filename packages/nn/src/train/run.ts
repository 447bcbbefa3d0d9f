import { ValueError } from "@unfoldjs/tensor-core";
import type { BatchSource } from "../data/batch-source.ts";
import type { Module } from "../module/module.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import type { Layers } from "../save/layers.ts";
import { type GeneratorStates, Generators } from "../state/generator-states.ts";
import { Averages } from "./average.ts";
import { Callbacks } from "./callbacks.ts";
import type { EpochReport, FitResult, TrainingRun } from "./callback.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { type Evaluation, evaluateAs, LOSS } from "./evaluate.ts";
import type { FitOptions } from "./fit-options.ts";
import { Learner, type Step } from "./learner.ts";
import { Pace } from "./macrotask.ts";
import { Pass } from "./pass.ts";

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
  private readonly callbacks: Callbacks;
  private readonly learner: Learner<Batch, Output>;
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
    this.callbacks = new Callbacks(this, options.callbacks ?? []);
    this.learner = new Learner(model, options);
    this.metricNames = Object.keys(options.metrics ?? {});
    this.generators = new Generators(model, data.generator, options.generators ?? {});
    // A callback may take them out of the run: onEpochEnd({ loss, stop }) { … }.
    this.stop = this.stop.bind(this);
    this.checkpoint = this.checkpoint.bind(this);
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
    await this.callbacks.tell("onStart");
    while (this.stopped === undefined && (this.batchesToSkip !== undefined || this.epoch < this.epochs))
      await this.oneEpoch();
    const result = { history: this.history, steps: this.steps, seconds: this.total / 1000, stopped: this.stopped };
    await this.callbacks.tell("onEnd", result);
    return result;
  }

  /** Tells callbacks that an error has ended the training. */
  failed(error: unknown): Promise<void> {
    return this.callbacks.tellOfError(error);
  }

  private async oneEpoch(): Promise<void> {
    const pass = this.beginPass();
    try {
      if (this.epochSteps === 0) await this.callbacks.tell("onEpochStart");
      const pace = new Pace();
      while (!this.shouldStop()) {
        const started = performance.now();
        const next = pass.next();
        if (next === undefined) break;
        this.take(this.learner.step(next.batch, this));
        pass.release();
        const spent = performance.now() - started;
        this.busy += spent;
        this.total += spent;
        await this.callbacks.tell("onStep");
        await pace.turn();
      }
    } finally {
      pass.end();
    }
    if (this.stopped === undefined) await this.endEpoch();
  }

  private take({ loss, metrics, examples }: Step): void {
    this.lastLoss = loss;
    this.steps++;
    this.epochSteps++;
    this.averages.add({ ...metrics, [LOSS]: loss }, examples);
  }

  /** The batches of a new epoch, or the rest of those of the epoch that a checkpoint was made in. */
  private beginPass(): Pass<Batch> {
    const skip = this.batchesToSkip;
    this.batchesToSkip = undefined;
    if (skip !== undefined) return this.restOfPass(skip);
    this.epoch++;
    this.epochSteps = 0;
    this.busy = 0;
    this.averages = new Averages();
    this.epochGenerators = this.generators.states();
    return new Pass("fit", this.data);
  }

  private restOfPass(skip: number): Pass<Batch> {
    const now = this.generators.states();
    this.generators.restore(this.epochGenerators);
    const pass = new Pass<Batch>("fit", this.data);
    for (let done = 0; done < skip; done++) {
      if (pass.next() !== undefined) continue;
      throw new ValueError(
        "fit",
        { batches: done, wanted: skip },
        "the data has fewer batches than the epoch had seen when its checkpoint was made",
        "resume with the data that the training had",
      );
    }
    this.generators.restore(now);
    return pass;
  }

  private shouldStop(): boolean {
    if (this.options.signal?.aborted === true) this.stop("aborted");
    return this.stopped !== undefined;
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
    const validation = await this.validate();
    if (validation?.complete === false) {
      // Means of a part are not the epoch's: it has no report, and a resume validates again.
      this.shouldStop();
      return;
    }
    const report: EpochReport = {
      epoch: this.epoch,
      loss: this.loss,
      metrics: this.metrics,
      ...(validation === undefined ? {} : { validation }),
      examples: this.averages.examples,
      steps: this.steps,
      seconds: this.busy / 1000,
      examplesPerSecond: this.examplesPerSecond,
    };
    this.history.push(report);
    await this.callbacks.tell("onEpochEnd", report);
    this.shouldStop();
  }

  private async validate(): Promise<Evaluation | undefined> {
    const { validation, signal } = this.options;
    if (validation === undefined) return undefined;
    return evaluateAs("fit", "validation", this.model, validation, this.options, { signal });
  }

  checkpoint({ layers = {} }: { readonly layers?: Layers } = {}): Uint8Array {
    this.callbacks.assertTold();
    const { epoch, epochSteps, steps, busy, total, history, epochGenerators } = this;
    const training = {
      progress: { epoch, epochSteps, steps, busy, total },
      averages: this.averages.state(),
      history,
      generators: this.generators.states(),
      epochGenerators,
    };
    return encodeCheckpoint(this.model, this.optimizer, this.callbacks.all, training, layers);
  }

  /** Goes on from a checkpoint. @throws FormatError, ValueError if it is not one of this run */
  resume(bytes: Uint8Array): void {
    const { model, optimizer, generators: own, metricNames } = this;
    const parts = { model, optimizer, callbacks: this.callbacks.all, generators: own, metricNames };
    const { progress, averages, history, generators, epochGenerators } = decodeCheckpoint(bytes, parts);
    Object.assign(this, progress);
    this.history.push(...history);
    this.averages = Averages.from(averages);
    this.generators.restore(generators);
    this.epochGenerators = epochGenerators;
    // An epoch that has its report is over.
    if (this.epoch > 0 && history.at(-1)?.epoch !== this.epoch) this.batchesToSkip = this.epochSteps;
  }
}
