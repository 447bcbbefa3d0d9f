import { ValueError } from "@unfoldjs/tensor-core";
import type { Callback, TrainingRun } from "./callback.ts";

type Occasion = "onStart" | "onEpochStart" | "onStep" | "onEpochEnd" | "onEnd";
type More<O extends Occasion> = Parameters<NonNullable<Callback[O]>> extends [unknown, ...infer Rest] ? Rest : never;

/** The callbacks of a training, and who of them is told what, when. */
export class Callbacks {
  /** In the order that they were given in. */
  readonly all: readonly Callback[];
  /** In the order that they are told in: those with a state first. */
  private readonly told: readonly Callback[];
  private readonly run: TrainingRun;
  /** How many of `told` have been told, at least begun to be, of what happened last. */
  private reached: number;

  constructor(run: TrainingRun, all: readonly Callback[]) {
    this.run = run;
    this.all = all;
    this.told = [...all.filter(hasState), ...all.filter((callback) => !hasState(callback))];
    this.reached = all.length;
  }

  /** Tells all, one after the other. */
  async tell<O extends Occasion>(occasion: O, ...more: More<O>): Promise<void> {
    for (const [at, callback] of this.told.entries()) {
      this.reached = at + 1;
      const hear = callback[occasion] as ((run: TrainingRun, ...more: More<O>) => void | Promise<void>) | undefined;
      const answer = hear?.call(callback, this.run, ...more);
      if (answer !== undefined) await answer;
    }
  }

  /** Tells all, also if one throws in turn: the error that ended the training is the one to be seen. */
  async tellOfError(error: unknown): Promise<void> {
    this.reached = this.told.length;
    for (const callback of this.told) {
      try {
        await callback.onError?.(this.run, error);
      } catch {
        continue;
      }
    }
  }

  /** @throws ValueError while a callback with a state was not told what the others know */
  assertTold(): void {
    const untold = this.told.slice(this.reached).find(hasState);
    if (untold === undefined) return;
    throw new ValueError(
      "checkpoint",
      { callback: this.all.indexOf(untold), callbacks: this.all.length },
      "a callback that has a state has yet to be told of what just happened, and the checkpoint would not hold what it makes of it",
      "make checkpoints in a callback without a state, such as checkpointing(…), or in one that is after it in the list",
    );
  }
}

function hasState({ state }: Callback): boolean {
  return state !== undefined;
}
