import { type DType, FormatError, keep, type Shape, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import type { Callback, EpochReport } from "./callback.ts";
import type { State } from "../state/state.ts";

export interface EarlyStoppingOptions {
  /** Epochs without an improvement after which training stops. */
  readonly patience: number;
  /** Smaller gains do not count. Default 0. */
  readonly minDelta?: number;
  /** Gives the model the weights of its best epoch back at the end. Default true. */
  readonly restoreBest?: boolean;
  /** A number to make small. Default: the validation loss, or the training loss without validation. */
  readonly monitor?: (report: EpochReport) => number;
}

/**
 * Stops when the model does not get better any more, which spares it learning the training data by heart.
 * @example earlyStopping({ patience: 3, monitor: ({ validation }) => -(validation?.metrics.accuracy ?? 0) })
 * @throws ValueError unless patience is a whole number from 1 up
 */
export function earlyStopping(options: EarlyStoppingOptions): Callback {
  if (!Number.isInteger(options.patience) || options.patience < 1) {
    throw new ValueError("earlyStopping", { patience: options.patience }, "patience is a number of epochs from 1 up");
  }
  return new EarlyStopping(options);
}

class EarlyStopping implements Callback {
  private readonly options: EarlyStoppingOptions;
  private best = Infinity;
  private stale = 0;
  /** Copies of the model's state after its best epoch. */
  private weights: Record<string, Tensor<Shape, DType>> = {};

  constructor(options: EarlyStoppingOptions) {
    this.options = options;
  }

  onEpochEnd(run: Parameters<NonNullable<Callback["onEpochEnd"]>>[0], report: EpochReport): void {
    const { patience, minDelta = 0, restoreBest = true, monitor = lossOf } = this.options;
    const value = monitor(report);
    // NaN is never an improvement.
    if (value < this.best - minDelta) {
      this.best = value;
      this.stale = 0;
      if (restoreBest) this.remember(run.model);
    } else if (++this.stale >= patience) {
      run.stop(`no improvement for ${patience} ${patience === 1 ? "epoch" : "epochs"}`);
    }
  }

  onEnd({ model }: { readonly model: Module }): void {
    if (Object.keys(this.weights).length > 0) model.loadStateDict(this.weights);
    this.forget();
  }

  state(): State {
    return { values: { best: this.best === Infinity ? null : this.best, stale: this.stale }, tensors: this.weights };
  }

  loadState({ values: { best, stale }, tensors }: State): void {
    if (typeof stale !== "number" || (typeof best !== "number" && best !== null)) {
      throw new FormatError(
        "earlyStopping",
        { best: JSON.stringify(best), stale: JSON.stringify(stale) },
        "the checkpoint's state is not that of early stopping",
      );
    }
    this.best = best ?? Infinity;
    this.stale = stale;
    this.replace(tensors);
  }

  private remember(model: Module): void {
    this.replace(model.stateDict());
  }

  private replace(tensors: Readonly<Record<string, Tensor<Shape, DType>>>): void {
    this.forget();
    this.weights = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, keep(tensor.clone())]));
  }

  private forget(): void {
    for (const tensor of Object.values(this.weights)) tensor.dispose();
    this.weights = {};
  }
}

function lossOf({ loss, validation }: EpochReport): number {
  return validation?.loss ?? loss;
}
