import type { Evaluation } from "./inspect.ts";
import type { StepResult } from "./trainer.ts";

/** Steps between two milestones. */
export const MILESTONE_EVERY = 20;
/** The beginning has more of them: each of its steps changes much. */
export const BEGINNING: readonly number[] = [0, 1, 2, 5, 10, MILESTONE_EVERY];

export function isMilestone(step: number): boolean {
  return step % MILESTONE_EVERY === 0 || BEGINNING.includes(step);
}

/** A step at which the network was tried on unseen digits and kept. */
export interface Milestone extends Evaluation {
  readonly step: number;
  /** What `Trainer.restore` goes back to. */
  readonly snapshot: Uint8Array;
}

/** What has happened since the last report. */
export interface Report {
  readonly step: number;
  /** Of each step, on its own batch. */
  readonly losses: readonly number[];
  readonly accuracies: readonly number[];
  readonly milestones: readonly Milestone[];
  /** Pictures learned from in a second of learning. */
  readonly picturesPerSecond: number;
  /** The step after these had a loss that is no number: training cannot go on with these settings. */
  readonly diverged: boolean;
}

/** Gathers what happens between two reports. */
export class Log {
  milestones: Milestone[] = [];
  /** The step of the last milestone, also of those that have been reported. */
  lastMilestone = -1;
  private losses: number[] = [];
  private accuracies: number[] = [];
  private pictures = 0;
  private busy = 0;
  private begun: number = performance.now();

  /** Milliseconds since the last report. */
  get age(): number {
    return performance.now() - this.begun;
  }

  /** Takes a step and notes it. @returns false, with nothing noted, if its loss is no number */
  note(learn: () => StepResult): boolean {
    const started = performance.now();
    const { loss, accuracy, pictures } = learn();
    if (!Number.isFinite(loss)) return false;
    this.busy += performance.now() - started;
    this.losses.push(loss);
    this.accuracies.push(accuracy);
    this.pictures += pictures;
    return true;
  }

  /** All since the last report, as one. */
  take(step: number): Report {
    const { losses, accuracies, milestones, pictures, busy } = this;
    const report = {
      step,
      losses,
      accuracies,
      milestones,
      picturesPerSecond: (1000 * pictures) / busy,
      diverged: false,
    };
    this.lastMilestone = milestones.at(-1)?.step ?? this.lastMilestone;
    [this.losses, this.accuracies, this.milestones, this.pictures, this.busy] = [[], [], [], 0, 0];
    this.begun = performance.now();
    return report;
  }
}
