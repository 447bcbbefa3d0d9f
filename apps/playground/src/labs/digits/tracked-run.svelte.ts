import type { Milestone, Report } from "./report.ts";
import type { NamedRun } from "./link.ts";
import { type Run, settingsAt } from "./run.ts";

/** A milestone as the page keeps it: its snapshot may have been given up for want of room. */
export type KeptMilestone = Omit<Milestone, "snapshot"> & { readonly snapshot: Uint8Array | undefined };

/** A run and what became of it. */
export class TrackedRun {
  /** Its own for as long as it is there, and in links. */
  readonly name: string;
  run: Run = $state.raw() as Run;
  /** Of each step. */
  losses: readonly number[] = $state.raw([]);
  accuracies: readonly number[] = $state.raw([]);
  /** By step. The first is at step 0, or where a branch began. */
  milestones: readonly KeptMilestone[] = $state.raw([]);
  /** Steps that a link says it has: while it is trained again it counts as having come this far. */
  promised = $state(0);

  constructor(name: string, run: Run) {
    this.name = name;
    this.run = run;
  }

  /** A run that goes another way from `step` on. */
  branch(name: string, step: number, run: Run): TrackedRun {
    const branch = new TrackedRun(name, run);
    branch.losses = this.losses.slice(0, step);
    branch.accuracies = this.accuracies.slice(0, step);
    branch.milestones = this.milestones.filter((milestone) => milestone.step <= step);
    return branch;
  }

  get step(): number {
    return this.losses.length;
  }

  /** The settings that hold now. */
  get settings(): Run {
    return { ...this.run, ...settingsAt(this.run, this.step) };
  }

  /** The run as an address holds it. */
  get description(): NamedRun {
    return { ...this.run, name: this.name, steps: Math.max(this.step, this.promised) };
  }

  get end(): KeptMilestone | undefined {
    return this.milestones.at(-1);
  }

  /** The last milestone at `step` or before. */
  milestoneAt(step: number): KeptMilestone | undefined {
    return this.milestones.findLast((milestone) => milestone.step <= step);
  }

  /** What to go to `step` from: a snapshot there or before. */
  snapshotFor(step: number): Uint8Array | undefined {
    return this.milestones.findLast((milestone) => milestone.step <= step && milestone.snapshot !== undefined)
      ?.snapshot;
  }

  add({ losses, accuracies, milestones }: Pick<Report, "losses" | "accuracies" | "milestones">): void {
    this.losses = [...this.losses, ...losses];
    this.accuracies = [...this.accuracies, ...accuracies];
    this.milestones = [...this.milestones, ...milestones];
  }

  /** Forgets the steps after the last milestone, which were lost. */
  cutToMilestone(): void {
    const step = this.end?.step ?? 0;
    this.losses = this.losses.slice(0, step);
    this.accuracies = this.accuracies.slice(0, step);
  }

  /** Bytes of its snapshots. */
  get bytes(): number {
    return this.milestones.reduce((sum, { snapshot }) => sum + (snapshot?.length ?? 0), 0);
  }

  /** Gives up every second snapshot that it still has, but neither the first nor the last. */
  thin(): void {
    let kept = 0;
    this.milestones = this.milestones.map((milestone, i, all) => {
      if (milestone.snapshot === undefined || i === 0 || i === all.length - 1) return milestone;
      return kept++ % 2 === 0 ? { ...milestone, snapshot: undefined } : milestone;
    });
  }
}
