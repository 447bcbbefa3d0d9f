import { proxy } from "comlink";
import { rootFrom } from "../../pages.ts";
import { LabWorker, WorkerLostError } from "../../worker/lab-worker.ts";
import { ignoreLoss } from "../../worker/turns.ts";
import { bestStep } from "./collapse.ts";
import type { Loaded } from "./data.ts";
import type { ConfusionCell, LinkState, ViewState } from "./link.ts";
import { Looking } from "./looking.svelte.ts";
import { Replay } from "./replay.svelte.ts";
import type { Report } from "./report.ts";
import { changedAt, MOST_STEPS, type Run, type Settings } from "./run.ts";
import { Runs } from "./runs.svelte.ts";
import { type SessionEvents, Troubles } from "./session-events.ts";
import { Solved } from "./solved.ts";
import type { Stretch } from "./stretch.svelte.ts";
import { type KeptMilestone, TrackedRun } from "./tracked-run.svelte.ts";
import { Training } from "./training.svelte.ts";
import { UnseenDigits } from "./unseen-digits.svelte.ts";
import type { DigitsApi } from "./worker.ts";

/** The lab as it stands: what a link describes, what people do to its runs, and what it has to tell them. */
export class Session {
  loaded: Loaded | undefined = $state.raw();
  /** The cell of the table of mistakes whose digits are laid out. */
  cell: ConfusionCell | undefined = $state.raw();

  readonly runs: Runs;
  readonly looking: Looking;
  readonly digits: UnseenDigits = new UnseenDigits((places) =>
    this.worker.use((api) => api.digits(places)).catch(ignoreLoss),
  );
  readonly solved: Solved = new Solved();

  /** The run that the last reset took away, and how it was looked at. */
  private replaced: { readonly run: TrackedRun; readonly at: number | undefined; readonly goal: number } | undefined =
    $state.raw();
  private readonly replay: Replay;
  private readonly worker: LabWorker<DigitsApi>;
  private readonly training: Training;
  private readonly first: ViewState;
  private readonly events: SessionEvents;
  private readonly troubles: Troubles;

  constructor(link: LinkState, events: SessionEvents) {
    this.first = link.view;
    this.cell = link.view.cell;
    this.events = events;
    this.troubles = new Troubles(events);
    this.runs = new Runs(link);
    this.replay = new Replay(this.runs, link);
    this.looking = new Looking(
      link.view,
      async (picture, explained, number) => {
        if (this.digits.opened === undefined) return undefined;
        return this.worker.use((api) => api.inspect(picture, explained, number)).catch(ignoreLoss);
      },
      (answer) => this.solved.hearAnswer(answer, this.shown?.accuracy ?? 0, this.digits.find(answer.picture)?.label),
    );
    this.worker = new LabWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (reason) => void this.recover(reason),
    );
    this.training = new Training(this.runs, this.worker, () => this.looking.look());
  }

  /** The run that is looked at and trained. */
  get current(): TrackedRun {
    return this.runs.current;
  }

  get stretch(): Stretch {
    return this.training.stretch;
  }

  /** Whether anything can be asked of the network. */
  get isReady(): boolean {
    return this.training.isReady;
  }

  /** The milestone that is looked at; undefined at the run's end. */
  get at(): number | undefined {
    return this.training.at;
  }

  /** Whether what is trained is a run out of a link. */
  get isReplaying(): boolean {
    return this.replay.isOn;
  }

  /** What a link to the lab as it stands has to say. */
  get described(): LinkState {
    const { picture, explained: why, pin } = this.looking;
    const { at, ...runs } = this.replay.described;
    const sample = this.digits.opened?.samples.find((candidate) => candidate.picture === picture)?.label;
    const unseen = sample === undefined ? this.digits.find(picture)?.place : undefined;
    const drawing = sample === undefined && unseen === undefined ? picture : undefined;
    const looks = { sample, drawing, unseen, cell: this.cell, why, number: pin.place };
    return { ...runs, view: { ...looks, at: this.isReplaying ? at : this.at } };
  }

  /** Milestone that is looked at. */
  get shown(): KeptMilestone | undefined {
    return this.training.shown;
  }

  get stepShown(): number {
    return this.training.stepShown;
  }

  /** The step at which the current run read most digits; undefined if it never read many. */
  get lastGoodStep(): number | undefined {
    return bestStep(this.current);
  }

  /** Whether what a reset took away can come back: until the new run takes its first step. */
  get canUndo(): boolean {
    return this.replaced !== undefined && this.current.step === 0;
  }

  /** Loads what is needed, trains again what a link describes, and shows it. */
  async open(): Promise<void> {
    if (!(await this.connect())) return;
    await this.training.inTurn(() => this.training.begin());
    if (this.isReplaying) await this.train(this.current.promised);
    while (this.replay.next !== undefined) {
      await this.training.inTurn(async () => {
        if (!this.isReplaying) return;
        this.replay.beginNext();
        await this.training.begin();
      });
      if (this.isReplaying) await this.train(this.current.promised);
    }
    if (!this.isReplaying) return; // nothing was to be trained; or whoever stopped it is where he wants to be
    const { run, at } = this.replay.goal;
    if (this.current !== run) await this.goTo(run);
    if (at !== undefined) await this.training.goBackTo(at);
    this.replay.end();
  }

  private async connect(): Promise<boolean> {
    const root = new URL(rootFrom(location.pathname), location.href).href;
    const onLoaded = proxy((loaded: Loaded) => void (this.loaded = loaded));
    const onReport = proxy(async (report: Report) => this.hear(report));
    const { digits, first, looking } = this;
    try {
      const opened = await this.worker.use((api) => api.open(root, onLoaded, onReport));
      const isFirst = digits.opened === undefined;
      digits.opened ??= opened; // a successor's pictures are the same, and those that are here stand in the link
      if (isFirst && first.unseen !== undefined) looking.picture ??= (await digits.at([first.unseen]))[0]?.picture;
      if (first.sample !== undefined) looking.picture ??= digits.opened.samples[first.sample]?.picture;
      return true;
    } catch (error) {
      if (!(error instanceof WorkerLostError))
        this.events.failed(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** Trains on, or a whole stretch if the goal is reached. */
  async start(): Promise<void> {
    await this.training.toEnd();
    await this.train(this.stretch.nextGoal(this.current));
  }

  async oneStep(): Promise<void> {
    await this.pause();
    await this.training.toEnd();
    await this.train(Math.min(MOST_STEPS, this.current.step + 1));
  }

  async pause(): Promise<void> {
    this.replay.end();
    await this.training.stop();
  }

  private async train(until: number): Promise<void> {
    const { stretch } = this;
    if (stretch.isTraining || until <= this.current.step) return;
    this.replaced = undefined;
    const goal = this.isReplaying ? until : Math.max(until, stretch.goal);
    await this.training.train(until, goal);
  }

  private hear(report: Report): void {
    this.current.add(report);
    this.solved.hearReport(report);
    if (report.picturesPerSecond > 0) this.stretch.picturesPerSecond = report.picturesPerSecond;
    this.troubles.hear(this.current, report);
    this.runs.makeRoom();
    void this.looking.look();
  }

  /** Other settings from where people look: at a run's end it goes on with them, in its past it branches. */
  async change(settings: Partial<Settings>): Promise<void> {
    const { at, current } = this;
    if (at !== undefined) {
      await this.training.inTurn(async () => {
        this.runs.branch(at, changedAt(current.run, at, settings));
        this.training.at = undefined;
        await this.training.begin();
      });
    } else if (current.step === 0 && !this.stretch.isTraining) await this.renew({ ...current.run, ...settings });
    else
      await this.training.inTurn(async () => void (current.run = await this.worker.use((api) => api.change(settings))));
  }

  /** Another network, or other random numbers: a new run, beside the old one if that has got anywhere. */
  async rebuild(parts: Partial<Pick<Run, "filters" | "kernel" | "seed">>): Promise<void> {
    const wasTraining = this.stretch.isTraining;
    await this.pause();
    const run = { ...this.current.settings, ...parts, changes: [], steps: 0 };
    if (this.current.step === 0) await this.renew(run);
    else {
      await this.training.inTurn(async () => {
        this.runs.begin(run);
        await this.training.beginAnew();
      });
    }
    if (wasTraining) await this.start();
  }

  /** Back to step 0, with the settings that hold now, or others. What was there comes back with `undoReset`. */
  async reset(settings: Partial<Settings> = {}): Promise<void> {
    await this.pause();
    const { current: run, at, stretch } = this;
    if (run.step > 0) this.replaced = { run, at, goal: stretch.goal };
    await this.renew({ ...this.current.settings, ...settings, changes: [], steps: 0 });
  }

  async undoReset(): Promise<void> {
    await this.training.inTurn(async () => {
      if (this.replaced === undefined || this.current.step > 0) return;
      const { run, at, goal } = this.replaced;
      this.runs.replace(run);
      this.training.at = at;
      this.stretch.goal = goal;
      this.replaced = undefined;
      await this.training.begin(this.stepShown);
    });
  }

  /** The current run begins anew, as `run`. */
  private async renew(run: Run): Promise<void> {
    this.replay.end();
    await this.training.inTurn(async () => {
      this.runs.replace(new TrackedRun(this.current.name, run));
      await this.training.beginAnew();
    });
  }

  /** Another of the runs becomes the one that is looked at and trained; while a link's are trained, once they are there. */
  async choose(run: TrackedRun): Promise<void> {
    if (this.isReplaying) return this.replay.choose(run);
    await this.pause();
    await this.goTo(run);
  }

  private async goTo(run: TrackedRun): Promise<void> {
    await this.training.inTurn(async () => {
      this.replaced = undefined;
      await this.training.goTo(run);
    });
  }

  /** Forgets a run that is not the current one. */
  remove(run: TrackedRun): void {
    if (run === this.current) return;
    this.runs.remove(run);
    this.replay.forget(run);
  }

  /** Looks at the run as it was at `step`, or at the milestone before. */
  async scrub(step: number): Promise<void> {
    await this.pause();
    await this.training.goBackTo(step);
  }

  /** A lost worker's successor takes up the run at its last milestone. */
  private async recover(reason: string): Promise<void> {
    if (!this.isReady) return this.events.failed(reason); // the next one would fare no better
    this.training.isReady = false;
    const { isTraining, goal, done } = this.stretch;
    await done;
    this.current.cutToMilestone();
    this.events.restarted(reason);
    if (!(await this.connect())) return;
    await this.training.inTurn(() => this.training.begin(this.stepShown));
    if (isTraining && this.at === undefined) await this.train(goal);
  }

  dispose(): void {
    this.worker.dispose();
  }
}
