import {
  type DType,
  FormatError,
  isTensor,
  keep,
  scope,
  type Shape,
  type Tensor,
  ValueError,
  anyNumber,
  assertFunction,
  checkOptions,
  truthValue,
  type OptionChecks,
} from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { assertState, type State } from "../state/state.ts";
import type { Callback, EpochReport, TrainingRun } from "./callback.ts";

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
 * Stops when the model does not get better any more, which spares it learning the training data by heart. Each training
 * starts afresh, unless it is resumed.
 * @example earlyStopping({ patience: 3, monitor: ({ validation }) => -(validation?.metrics.accuracy ?? 0) })
 * @throws ValueError unless patience is a whole number from 1 up and minDelta a number; FormatError when a training is resumed
 * with a model that the best weights do not fit
 */
export function earlyStopping(options: EarlyStoppingOptions): Callback {
  checkOptions("earlyStopping", options, OPTIONS);
  if (!Number.isInteger(options.patience) || options.patience < 1) {
    throw new ValueError("earlyStopping", { patience: options.patience }, "patience is a number of epochs from 1 up");
  }
  if (!Number.isFinite(options.minDelta ?? 0)) {
    throw new ValueError("earlyStopping", { minDelta: options.minDelta }, "minDelta is a finite number");
  }
  return new EarlyStopping(options);
}

const OPTIONS: OptionChecks<EarlyStoppingOptions> = {
  patience: anyNumber,
  minDelta: anyNumber,
  restoreBest: truthValue,
  monitor: assertFunction,
};

class EarlyStopping implements Callback {
  private readonly options: EarlyStoppingOptions;
  private best = Infinity;
  private stale = 0;
  /** Copies of the model's state after its best epoch. */
  private weights: Record<string, Tensor<Shape, DType>> = {};

  constructor(options: EarlyStoppingOptions) {
    this.options = options;
  }

  onStart(run: TrainingRun): void {
    this.assertFits(run.model); // now, and not when the best weights are put back
    this.stopIfStale(run);
  }

  onEpochEnd(run: TrainingRun, report: EpochReport): void {
    const { minDelta = 0, restoreBest = true, monitor = lossOf } = this.options;
    const value: unknown = monitor(report);
    if (typeof value !== "number") {
      throw new ValueError("earlyStopping", { monitor: typeof value }, "monitor gives a number to make small");
    }
    // NaN is never an improvement.
    if (value < this.best - minDelta) {
      this.best = value;
      this.stale = 0;
      if (restoreBest) this.replace(run.model.stateDict());
    } else {
      this.stale++;
      this.stopIfStale(run);
    }
  }

  onEnd({ model }: TrainingRun): void {
    if (Object.keys(this.weights).length > 0) model.loadStateDict(this.weights);
    this.startAfresh();
  }

  onError(): void {
    this.startAfresh();
  }

  state(): State {
    return { values: { best: this.best === Infinity ? null : this.best, stale: this.stale }, tensors: this.weights };
  }

  loadState(state: State): void {
    assertState("earlyStopping", state);
    const { values, tensors } = state;
    const { best, stale } = values;
    const isSound =
      typeof stale === "number" &&
      Number.isInteger(stale) &&
      stale >= 0 &&
      ((typeof best === "number" && !Number.isNaN(best)) || best === null) &&
      Object.values(tensors).every(isTensor);
    if (!isSound) {
      throw new FormatError(
        "earlyStopping",
        { best: JSON.stringify(best), stale: JSON.stringify(stale) },
        "the checkpoint's state is not that of early stopping; nothing was changed",
      );
    }
    this.replace(tensors);
    this.best = best ?? Infinity;
    this.stale = stale;
  }

  private stopIfStale(run: TrainingRun): void {
    const { patience } = this.options;
    if (this.stale >= patience) run.stop(`no improvement for ${patience} ${patience === 1 ? "epoch" : "epochs"}`);
  }

  /** @throws FormatError if the weights of a state that was loaded are those of another model */
  private assertFits(model: Module): void {
    const [own, best] = [model.stateDict(), this.weights].map((tensors) =>
      Object.entries(tensors).map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join(", ")}]`),
    ) as [string[], string[]];
    const other = best.find((tensor) => !own.includes(tensor));
    if (best.length === 0 || (other === undefined && best.length === own.length)) return;
    throw new FormatError(
      "earlyStopping",
      { saved: other ?? `${best.length} tensors`, own: `${own.length} tensors` },
      "the best weights that the checkpoint holds are those of another model",
    );
  }

  private replace(tensors: Readonly<Record<string, Tensor<Shape, DType>>>): void {
    const copies = scope(() =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.clone()])),
    );
    this.forget();
    for (const copy of Object.values(copies)) keep(copy);
    this.weights = copies;
  }

  private startAfresh(): void {
    this.best = Infinity;
    this.stale = 0;
    this.forget();
  }

  private forget(): void {
    for (const tensor of Object.values(this.weights)) tensor.dispose();
    this.weights = {};
  }
}

function lossOf({ loss, validation }: EpochReport): number {
  return validation?.loss ?? loss;
}
