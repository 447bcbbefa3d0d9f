import type { LinkState, NamedRun } from "./link.ts";
import type { Runs } from "./runs.svelte.ts";
import type { TrackedRun } from "./tracked-run.svelte.ts";

/** What a link describes, while it is trained again. */
interface Plan {
  /** The run that the link is about. */
  readonly own: TrackedRun;
  /** Those whose turn is still to come. */
  readonly waiting: readonly NamedRun[];
  /** Where in its past the link looks. */
  readonly at: number | undefined;
}

/** A link's runs being trained again, from the very beginning: until they are, the link is what the lab is about. */
export class Replay {
  private plan: Plan | undefined = $state.raw();
  /** The run that was asked for meanwhile. */
  private chosen: TrackedRun | undefined;
  private readonly runs: Runs;

  constructor(runs: Runs, { run, others, view }: LinkState) {
    this.runs = runs;
    if (run.steps > 0 || others.length > 0) this.plan = { own: runs.current, waiting: others, at: view.at };
  }

  get isOn(): boolean {
    return this.plan !== undefined;
  }

  /** The next of a link's runs, until it is begun. */
  get next(): NamedRun | undefined {
    return this.plan?.waiting[0];
  }

  /** Puts the next one beside those that are there, as the current one. */
  beginNext(): void {
    const { plan } = this;
    const [next, ...waiting] = plan?.waiting ?? [];
    if (plan === undefined || next === undefined) return;
    this.runs.beginAgain(next);
    this.plan = { ...plan, waiting };
  }

  /** Another run is asked for: it is gone to once all are there. */
  choose(run: TrackedRun): void {
    this.chosen = run;
  }

  forget(run: TrackedRun): void {
    if (run === this.chosen) this.chosen = undefined;
  }

  /** Where to go once all are there: a run, and a step of its past. */
  get goal(): { readonly run: TrackedRun; readonly at: number | undefined } {
    const { plan, chosen, runs } = this;
    const own = plan !== undefined && runs.all.includes(plan.own) ? plan.own : runs.current;
    const run = chosen ?? own;
    return { run, at: run === plan?.own ? plan.at : undefined };
  }

  /** What a link says of the runs, while they are trained again: all count as trained. */
  get described(): Pick<LinkState, "run" | "others"> & { readonly at: number | undefined } {
    const { run, at } = this.goal;
    const others = this.runs.all.filter((other) => other !== run).map(({ description }) => description);
    return { run: run.description, others: [...others, ...(this.plan?.waiting ?? [])], at };
  }

  /** What stands now is what there is. */
  end(): void {
    if (this.plan === undefined) return;
    this.plan = undefined;
    this.chosen = undefined;
    for (const run of this.runs.all) run.promised = 0;
  }
}
