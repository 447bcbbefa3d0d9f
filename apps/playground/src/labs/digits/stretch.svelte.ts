import { TRAINING_PICTURES } from "./digit-files.ts";
import { MOST_STEPS } from "./run.ts";
import type { TrackedRun } from "./tracked-run.svelte.ts";

/** Passes over the pictures that one press of start is for. */
const PASSES = 3;

/** The stretch that is trained, or was trained last. */
export class Stretch {
  isTraining = $state(false);
  /** Steps after which training ends by itself. */
  goal = $state(0);
  picturesPerSecond = $state(0);
  /** Settles once it has ended. */
  done: Promise<void> = Promise.resolve();
  /** Where training went on last, and when. */
  private since: { readonly step: number; readonly time: number } = { step: 0, time: 0 };

  /** Trains a run up to a goal. @param train settles once it is there, or has been stopped */
  async run(step: number, goal: number, train: () => Promise<void>): Promise<void> {
    this.isTraining = true;
    this.since = { step, time: performance.now() };
    this.goal = goal;
    this.done = train().finally(() => (this.isTraining = false));
    await this.done;
  }

  /** Where the training of a run will have come to when it ends by itself: further, if it is there already. */
  nextGoal({ settings, step }: TrackedRun): number {
    const further = step + PASSES * Math.ceil(TRAINING_PICTURES / settings.batch);
    return Math.min(MOST_STEPS, step < this.goal ? this.goal : further); // more than a link can hold
  }

  /** Until the goal, by how long the steps of this stretch have taken; undefined while that is not known. */
  secondsLeft(step: number): number | undefined {
    const { since } = this;
    if (!this.isTraining || step <= since.step) return undefined;
    return ((this.goal - step) * (performance.now() - since.time)) / 1000 / (step - since.step);
  }
}
