import { type LinkState, MOST_RUNS, type NamedRun } from "./link.ts";
import { placeOfName, runName } from "./run-names.ts";
import type { Run } from "./run.ts";
import { TrackedRun } from "./tracked-run.svelte.ts";

/** Bytes of snapshots. */
const ROOM = 48 * 1024 * 1024;

/** The runs that are kept side by side, and which of them is looked at and trained. */
export class Runs {
  all: readonly TrackedRun[] = $state.raw([]);
  current: TrackedRun = $state.raw() as TrackedRun;
  /** How many names have been given. */
  private names: number;

  /** Begins with the run that a link is about; those beside it come when they are trained. */
  constructor({ run, others }: Pick<LinkState, "run" | "others">) {
    this.names = 1 + Math.max(...[run, ...others].map(({ name }) => placeOfName(name)));
    this.current = promised(run);
    this.all = [this.current];
  }

  /** Puts another beside them, as the current one; with the name that it has in a link, or one that no run here has had. */
  begin(run: Run, name: string = this.nextName()): void {
    this.enter(new TrackedRun(name, run));
  }

  /** The same for a run out of a link. */
  beginAgain(run: NamedRun): void {
    this.enter(promised(run));
  }

  /** The same for one that goes another way from a step of the current one on. */
  branch(step: number, run: Run): void {
    this.enter(this.current.branch(this.nextName(), step, run));
  }

  /** Another takes the current one's place. */
  replace(run: TrackedRun): void {
    this.all = this.all.map((tracked) => (tracked === this.current ? run : tracked));
    this.current = run;
  }

  choose(run: TrackedRun): void {
    this.current = run;
    // One that has not taken a step has nothing to come back to.
    this.all = this.all.filter((other) => other === run || other.step > 0);
  }

  /** Forgets one that is not the current one. */
  remove(run: TrackedRun): void {
    if (run !== this.current) this.all = this.all.filter((other) => other !== run);
  }

  /** Gives up snapshots where there are too many. */
  makeRoom(): void {
    const bytes = this.all.reduce((sum, run) => sum + run.bytes, 0);
    if (bytes > ROOM) for (const run of this.all) run.thin();
  }

  private enter(tracked: TrackedRun): void {
    const others = this.all.filter((run) => run !== this.current);
    const kept = new Set([...others.slice(Math.max(0, others.length - (MOST_RUNS - 2))), this.current]);
    this.all = [...this.all.filter((run) => kept.has(run)), tracked];
    this.current = tracked;
  }

  private nextName(): string {
    return runName(this.names++);
  }
}

/** A run out of a link before its first step, with those that it will have. */
function promised({ name, ...run }: NamedRun): TrackedRun {
  const tracked = new TrackedRun(name, { ...run, steps: 0 });
  tracked.promised = run.steps;
  return tracked;
}
