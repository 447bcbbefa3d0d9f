import type { Callback, State, TrainingRun } from "@unfoldjs/nn";
import { FormatError } from "@unfoldjs/tensor-core";

/** The loss of each step of a training, those before a stop and after a resume too: a callback of `fit`. */
export class LossRecord implements Callback {
  #losses: number[] = [];

  /** From the first step on. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  onStep({ lastLoss }: TrainingRun): void {
    this.#losses.push(lastLoss);
  }

  state(): State {
    return { values: { losses: [...this.#losses] }, tensors: {} };
  }

  /** @throws FormatError unless it is what `state` gave */
  loadState({ values: { losses } }: State): void {
    if (!Array.isArray(losses) || !losses.every((loss) => typeof loss === "number")) {
      throw new FormatError("LossRecord", { losses: typeof losses }, "the checkpoint's losses are no list of numbers");
    }
    this.#losses = [...losses];
  }
}
