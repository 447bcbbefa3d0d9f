import type { Module } from "../module/module.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Layers } from "../save/layers.ts";
import type { State } from "../state/state.ts";

/** What an epoch came to. Means are over its examples, as the model was when it saw them. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** On the validation data, after the epoch. */
  readonly validation?: Evaluation;
  /** How many examples the means are of. */
  readonly examples: number;
  /** Steps of the optimiser since the start of training. */
  readonly steps: number;
  readonly seconds: number;
  /** Without validation. */
  readonly examplesPerSecond: number;
}

/** A training that is running, as callbacks see it. */
export interface TrainingRun {
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** The epoch that is running, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly epochSteps: number;
  /** Steps in an epoch; undefined if the data does not say. */
  readonly stepsPerEpoch: number | undefined;
  /** Steps done since the start of training. */
  readonly steps: number;
  /** Loss of the last batch. */
  readonly lastLoss: number;
  /** Mean of the epoch so far. */
  readonly loss: number;
  /** Means of the epoch so far. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of this epoch so far, without pauses of callbacks. */
  readonly examplesPerSecond: number;
  /** Until the last epoch ends, as fast as this one goes; undefined if nobody knows how long an epoch is. */
  readonly secondsLeft: number | undefined;
  readonly history: readonly EpochReport[];
  /** Ends the training after this step; `reason` stands in its result. */
  stop(reason: string): void;
  /**
   * The whole state of the training as a safetensors file, for `fit`'s `resume`.
   * @param options.layers the model's classes that are not of this package, as for `save`
   * @throws ValueError if no record has one of the model's classes, or while a callback with a state has yet to be told of what
   * just happened: the checkpoint would not hold what it makes of it
   */
  checkpoint(options?: { readonly layers?: Layers }): Uint8Array;
}

/** Why and when a training ended. */
export interface FitResult {
  readonly history: readonly EpochReport[];
  /** Steps of the optimiser since the start of training. */
  readonly steps: number;
  readonly seconds: number;
  /** Undefined if it went through all epochs; "aborted" if the signal said so; else the reason that a callback gave. */
  readonly stopped: string | undefined;
}

/**
 * Something that looks on, and may act, while a model trains. Functions may be async; training waits for them.
 *
 * Callbacks are told in their order, those with a `state` before the others, so that a checkpoint made on the same occasion
 * holds what they made of it.
 */
export interface Callback {
  onStart?(run: TrainingRun): void | Promise<void>;
  onEpochStart?(run: TrainingRun): void | Promise<void>;
  /** After each step of the optimiser. */
  onStep?(run: TrainingRun): void | Promise<void>;
  /** After the epoch's validation. */
  onEpochEnd?(run: TrainingRun, report: EpochReport): void | Promise<void>;
  /** Also after a stop; not after an error. */
  onEnd?(run: TrainingRun, result: FitResult): void | Promise<void>;
  /** When an error ends the training, whatever threw it: to let go of what is held. `fit` throws the error afterwards. */
  onError?(run: TrainingRun, error: unknown): void | Promise<void>;
  /** What it has to remember over a stop and a resume. */
  state?(): State;
  /** Takes a state over; one that it refuses, by an error, changes nothing. */
  loadState?(state: State): void;
}
