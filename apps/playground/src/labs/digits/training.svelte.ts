import type { LabWorker } from "../../worker/lab-worker.ts";
import { ignoreLoss, Turns } from "../../worker/turns.ts";
import type { Runs } from "./runs.svelte.ts";
import { Stretch } from "./stretch.svelte.ts";
import type { KeptMilestone, TrackedRun } from "./tracked-run.svelte.ts";
import type { DigitsApi } from "./worker.ts";

/** The network that the worker has: which run's it is, where in its past it stands, and how it is trained on. */
export class Training {
  /** Whether the worker has the current run: before, and while a lost one is replaced, nothing can be asked of it. */
  isReady = $state(false);
  /** The milestone that is looked at; undefined at the run's end. */
  at: number | undefined = $state();
  readonly stretch: Stretch = new Stretch();

  private readonly runs: Runs;
  private readonly worker: LabWorker<DigitsApi>;
  private readonly moved: () => Promise<void>;
  private readonly turns = new Turns();

  /** @param moved is waited for whenever the network has become another one */
  constructor(runs: Runs, worker: LabWorker<DigitsApi>, moved: () => Promise<void>) {
    this.runs = runs;
    this.worker = worker;
    this.moved = moved;
  }

  /** Milestone that is looked at. */
  get shown(): KeptMilestone | undefined {
    const { current } = this.runs;
    return this.at === undefined ? current.end : current.milestoneAt(this.at);
  }

  get stepShown(): number {
    return this.at ?? this.runs.current.step;
  }

  /** Changes which network it is, once what was asked for before has been done. */
  inTurn(action: () => Promise<void>): Promise<void> {
    return this.turns.take(action);
  }

  /** Makes the current run the one that the worker trains, from `step` on. In turn. */
  async begin(step: number = this.runs.current.step): Promise<void> {
    const { current } = this.runs;
    const { run } = current;
    const snapshot = current.snapshotFor(step);
    const first = await this.worker.use((api) => api.begin(run, snapshot));
    if (current.milestones.length === 0) current.add({ losses: [], accuracies: [], milestones: [first] });
    else if (snapshot !== undefined) await this.worker.use((api) => api.restore(snapshot, step));
    this.isReady = true;
    await this.moved();
  }

  /** The same for a run that has only just become the current one: it has no stretch behind it. */
  async beginAnew(): Promise<void> {
    this.at = undefined;
    this.stretch.goal = 0;
    await this.begin();
  }

  /** Another of the runs becomes the current one, at its end. In turn. */
  async goTo(run: TrackedRun): Promise<void> {
    this.runs.choose(run);
    this.at = undefined;
    this.stretch.goal = run.step;
    await this.begin();
  }

  /** Trains up to `until`. @param goal where that is on the way to */
  async train(until: number, goal: number): Promise<void> {
    const train = (): Promise<void> => this.worker.use((api) => api.train(until)).catch(ignoreLoss);
    await this.stretch.run(this.runs.current.step, goal, train);
  }

  /** Ends what is being trained, after the step that it is at. */
  async stop(): Promise<void> {
    if (!this.stretch.isTraining) return;
    await this.worker.use((api) => api.pause()).catch(ignoreLoss);
    await this.stretch.done;
  }

  /** Looks at the run as it was at `step`, or at the milestone before. */
  async goBackTo(step: number): Promise<void> {
    const { current } = this.runs;
    const milestone = current.milestoneAt(step);
    if (milestone === undefined) return;
    this.at = milestone.step === current.step ? undefined : milestone.step;
    await this.inTurn(() => this.restoreShown());
  }

  async toEnd(): Promise<void> {
    if (this.at === undefined) return;
    this.at = undefined;
    await this.inTurn(() => this.restoreShown());
  }

  /** While several are asked for, only the last is gone to. */
  private async restoreShown(): Promise<void> {
    const step = this.stepShown;
    const snapshot = this.runs.current.snapshotFor(step);
    if (snapshot !== undefined) await this.worker.use((api) => api.restore(snapshot, step));
    await this.moved();
  }
}
