import { assertFunction, assertWhole, checkOptions, describe, FormatError, ValueError } from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";

/** Where a training is. */
export interface TrainingProgress {
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Words that were learnt from, all epochs together. */
  readonly words: number;
  readonly totalWords: number;
  readonly wordsPerSecond: number;
  /** Estimated. */
  readonly secondsLeft: number;
  /** Mean loss of a step since the last report: −log of the likelihood of what was there. That of the last one if there were no steps since. */
  readonly loss: number;
  readonly learningRate: number;
}

export interface TrainOptions {
  /** How often the text is gone through. Default 5. */
  readonly epochs?: number;
  /** Called about ten times a second, and at the end of each epoch. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends the training between two batches; the model can go on from there. */
  readonly signal?: AbortSignal;
}

/** How far a training has come, in plain values. */
export interface Run {
  epochs: number;
  epoch: number;
  /** Pieces of the text that this epoch has learnt from. */
  pieces: number;
  /** Words of all epochs. */
  words: number;
  /** Words of trainings that ended before this one began: what is drawn goes on behind them. */
  earlier: number;
  /** Of each epoch that has ended, and of the present one so far. */
  losses: { sum: number; steps: number }[];
}

export const FRESH: Run = { epochs: 0, epoch: 0, pieces: 0, words: 0, earlier: 0, losses: [] };

/** The training that goes on, or a new one. @throws ValueError if another number of epochs is asked of one that has learnt something */
export function begunRun(op: string, run: Run, epochs: number | undefined, usual: number): Run {
  if (run.epoch >= run.epochs) {
    return { ...structuredClone(FRESH), epochs: epochs ?? usual, earlier: run.earlier + run.words };
  }
  if (epochs === undefined || epochs === run.epochs) return run;
  if (run.epoch === 0 && run.pieces === 0) return { ...structuredClone(FRESH), epochs, earlier: run.earlier };
  throw new ValueError(
    op,
    { epochs, begun: run.epochs, epoch: run.epoch },
    "a training was broken off, and goes on with as many epochs as it had",
    "leave epochs out",
  );
}

/** Of each epoch that has ended, and of the present one so far. */
export function meanLosses({ losses }: Run): number[] {
  return losses.map(({ sum, steps }) => (steps > 0 ? sum / steps : NaN));
}

/** @throws ValueError */
export function assertTrainOptions(op: string, options: TrainOptions): void {
  checkOptions<TrainOptions>(op, options, {
    epochs: (name, option, value) => assertWhole(name, option, value, 1),
    onProgress: assertFunction,
    signal: aSignal,
  });
}

/** A run as a file holds it. @throws FormatError on anything else */
export function runOf(op: string, value: unknown): Run {
  const { epochs, epoch, pieces, words, losses, earlier = 0 } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (isCount(epochs) && isCount(epoch) && isCount(pieces) && isCount(words) && isCount(earlier) && areLosses(losses)) {
    // A training is within its epochs, and has a loss for each that it has begun.
    const begun = epoch + (pieces > 0 ? 1 : 0);
    if (begun <= epochs && losses.length >= begun && losses.length <= begun + 1)
      return { epochs, epoch, pieces, words, earlier, losses };
  }
  throw new FormatError(op, { run: describe(value) }, "the file has no training");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function areLosses(value: unknown): value is Run["losses"] {
  return (
    Array.isArray(value) &&
    value.every((each: unknown) => {
      const { sum, steps } = (each ?? {}) as Readonly<Record<string, unknown>>;
      return typeof sum === "number" && typeof steps === "number";
    })
  );
}

/** Milliseconds between two reports. */
const BETWEEN = 100;

/** Tells where a training is, not too often. */
export class Reporter {
  private readonly began = performance.now();
  private last = performance.now();
  private sum = 0;
  private steps = 0;
  /** Of the last report that had steps: the end of an epoch may come right after one. */
  private loss = NaN;

  private readonly onProgress: ((progress: TrainingProgress) => void) | undefined;
  private readonly totalWords: number;
  private readonly before: number;

  constructor(onProgress: ((progress: TrainingProgress) => void) | undefined, totalWords: number, before: number) {
    this.onProgress = onProgress;
    this.totalWords = totalWords;
    this.before = before;
  }

  batch(run: Run, learningRate: number, loss: { readonly sum: number; readonly steps: number }): void {
    this.sum += loss.sum;
    this.steps += loss.steps;
    if (performance.now() - this.last >= BETWEEN) this.say(run, learningRate);
  }

  say(run: Run, learningRate: number): void {
    const { onProgress, totalWords } = this;
    if (onProgress === undefined) return;
    const now = performance.now();
    const seconds = (now - this.began) / 1000;
    const wordsPerSecond = seconds > 0 ? (run.words - this.before) / seconds : 0;
    const { epoch, epochs, words } = run;
    if (this.steps > 0) this.loss = this.sum / this.steps;
    onProgress({
      epoch: Math.min(epoch, epochs - 1),
      epochs,
      words,
      totalWords,
      wordsPerSecond,
      secondsLeft: wordsPerSecond > 0 ? Math.max(totalWords - words, 0) / wordsPerSecond : Infinity,
      loss: this.loss,
      learningRate,
    });
    this.last = now;
    this.sum = this.steps = 0;
  }
}
