import { collapsedTo } from "./collapse.ts";
import type { Report } from "./report.ts";
import type { TrackedRun } from "./tracked-run.svelte.ts";

/** What the session has to tell people. */
export interface SessionEvents {
  /** The worker ended and was started again. */
  restarted(reason: string): void;
  /** The loss is no number any more. */
  diverged(step: number): void;
  /** The network has one answer for everything, and does not learn any more. */
  collapsed(): void;
  /** Nothing goes without this: it stays closed. */
  failed(reason: string): void;
}

/** Notices when training has come to nothing, and tells of each run's end once. */
export class Troubles {
  private readonly events: Pick<SessionEvents, "diverged" | "collapsed">;
  /** Runs of which it has been said that they learn nothing any more. */
  private readonly collapsed = new WeakSet<TrackedRun>();

  constructor(events: Pick<SessionEvents, "diverged" | "collapsed">) {
    this.events = events;
  }

  /** @param run has taken in the report */
  hear(run: TrackedRun, { step, diverged, milestones }: Report): void {
    if (diverged) this.events.diverged(step);
    if (milestones.length === 0 || this.collapsed.has(run) || collapsedTo(run) === undefined) return;
    this.collapsed.add(run);
    this.events.collapsed(); // which answer it has goes on changing with each of its large steps
  }
}
