import { proxy } from "comlink";
import { LabWorker, WorkerLostError } from "../../worker/lab-worker.ts";
import type { Loaded } from "./data.ts";
import { TRAINING_PICTURES } from "./digit-files.ts";
import type { Inspection } from "./inspect.ts";
import type { Report } from "./report.ts";
import { changedAt, type Run, type Settings } from "./run.ts";
import { type KeptMilestone, TrackedRun } from "./tracked-run.svelte.ts";
import type { DigitsApi, Opened } from "./worker.ts";

/** What the session has to tell people. */
export interface SessionEvents {
  /** The worker ended and was started again. */
  restarted(reason: string): void;
  /** The loss is no number any more. */
  diverged(step: number): void;
  /** Nothing goes without this: it stays closed. */
  failed(reason: string): void;
}

/** Runs that are kept side by side; of more, the oldest goes. */
const MOST_RUNS = 4;
/** Passes over the pictures that one press of start is for. */
const PASSES = 3;
/** Bytes of snapshots. */
const ROOM = 48 * 1024 * 1024;

/** The lab as it stands: its runs, which of them is trained, where in its past people look, and what they look at. */
export class Session {
  loaded: Loaded | undefined = $state.raw();
  opened: Opened | undefined = $state.raw();
  /** Whether the worker has the current run: before, and while a lost one is replaced, nothing can be asked of it. */
  isReady = $state(false);
  runs: readonly TrackedRun[] = $state.raw([]);
  current: TrackedRun = $state.raw() as TrackedRun;
  /** The milestone that is looked at; undefined at the run's end. */
  at: number | undefined = $state();
  isTraining = $state(false);
  /** Whether what is trained is a run out of a link. */
  isReplaying = $state(false);
  /** Steps after which training ends by itself. */
  goal = $state(0);
  picturesPerSecond = $state(0);
  inspection: Inspection | undefined = $state.raw();
  /** Wherever a sample or a drawing is looked at: (28, 28), 0 … 1. */
  picture: Float32Array | undefined = $state.raw();
  /** The class whose reasons are shown; the likeliest if undefined. */
  explained: number | undefined = $state();

  private readonly worker: LabWorker<DigitsApi>;
  private readonly sample: number;
  private readonly events: SessionEvents;
  private training: Promise<void> = Promise.resolve();
  private turn: Promise<void> = Promise.resolve();
  private looking: "no" | "yes" | "again" = "no";
  private letters = 0;
  /** The run that was asked for while those of a link were trained. */
  private chosen: TrackedRun | undefined;

  /** @param sample the digit to look at first, if no picture is set before `open` */
  constructor(run: Run, sample: number, events: SessionEvents) {
    this.sample = sample;
    this.events = events;
    this.current = new TrackedRun(this.nextLetter(), { ...run, steps: 0 });
    this.runs = [this.current];
    this.worker = new LabWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (reason) => void this.recover(reason),
    );
  }

  /** Where training will have come to when it ends by itself: further, if it is there already. */
  get nextGoal(): number {
    const { settings, step } = this.current;
    return step < this.goal ? this.goal : step + PASSES * Math.ceil(TRAINING_PICTURES / settings.batch);
  }

  /** Milestone that is looked at. */
  get shown(): KeptMilestone | undefined {
    return this.at === undefined ? this.current.end : this.current.milestoneAt(this.at);
  }

  get stepShown(): number {
    return this.at ?? this.current.step;
  }

  /** Loads what is needed, trains again what a link describes, and shows it. */
  async open(steps: number, others: readonly Run[], at: number | undefined): Promise<void> {
    if (!(await this.connect())) return;
    await this.inTurn(() => this.begin());
    this.isReplaying = steps > 0 || others.length > 0;
    const own = this.current;
    await this.train(steps);
    for (const other of others) {
      if (!this.isReplaying) break; // stopped meanwhile
      await this.inTurn(async () => {
        this.current = this.track({ ...other, steps: 0 });
        await this.begin();
      });
      await this.train(other.steps);
    }
    // Whoever stopped it is where he wants to be.
    const wasStopped = (steps > 0 || others.length > 0) && !this.isReplaying;
    this.isReplaying = false;
    if (wasStopped) return;
    const chosen = this.chosen ?? own;
    if (this.current !== chosen) await this.choose(chosen);
    if (chosen === own && at !== undefined) await this.scrub(at);
  }

  private async connect(): Promise<boolean> {
    const root = new URL(location.pathname.endsWith("/digits/") ? "../" : "./", location.href).href;
    const onLoaded = proxy((loaded: Loaded) => void (this.loaded = loaded));
    const onReport = proxy(async (report: Report) => this.hear(report));
    try {
      this.opened = await this.worker.use((api) => api.open(root, onLoaded, onReport));
      this.picture ??= this.opened.samples[this.sample]?.picture;
      return true;
    } catch (error) {
      if (!(error instanceof WorkerLostError))
        this.events.failed(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** Makes the current run the one that the worker trains, from `milestone` on or from its end. */
  private async begin(step: number = this.current.step): Promise<void> {
    const { run } = this.current;
    const snapshot = this.current.snapshotFor(step);
    const first = await this.worker.use((api) => api.begin(run, snapshot));
    if (this.current.milestones.length === 0) this.current.add({ losses: [], accuracies: [], milestones: [first] });
    else if (snapshot !== undefined) await this.worker.use((api) => api.restore(snapshot, step));
    this.isReady = true;
    await this.look();
  }

  /** Trains on, or a whole stretch if the goal is reached. */
  async start(): Promise<void> {
    await this.toEnd();
    this.goal = this.nextGoal;
    await this.train(this.goal);
  }

  async oneStep(): Promise<void> {
    await this.pause();
    await this.toEnd();
    await this.train(this.current.step + 1);
  }

  async pause(): Promise<void> {
    if (!this.isTraining) return;
    this.isReplaying = false;
    await this.worker.use((api) => api.pause()).catch(ignoreLoss);
    await this.training;
  }

  private async train(until: number): Promise<void> {
    if (this.isTraining || until <= this.current.step) return;
    this.isTraining = true;
    this.goal = Math.max(until, this.isReplaying ? until : this.goal);
    this.training = this.worker
      .use((api) => api.train(until))
      .catch(ignoreLoss)
      .finally(() => (this.isTraining = false));
    await this.training;
  }

  private hear(report: Report): void {
    this.current.add(report);
    if (report.picturesPerSecond > 0) this.picturesPerSecond = report.picturesPerSecond;
    if (report.diverged) this.events.diverged(report.step);
    this.makeRoom();
    void this.look();
  }

  private makeRoom(): void {
    const bytes = this.runs.reduce((sum, run) => sum + run.bytes, 0);
    if (bytes > ROOM) for (const run of this.runs) run.thin();
  }

  /** Other settings from where people look: at a run's end it goes on with them, in its past it branches. */
  async change(settings: Partial<Settings>): Promise<void> {
    const { at, current } = this;
    if (at !== undefined) {
      await this.inTurn(async () => {
        const branch = current.branch(this.nextLetter(), at, changedAt(current.run, at, settings));
        this.add(branch);
        this.current = branch;
        this.at = undefined;
        await this.begin();
      });
    } else if (current.step === 0 && !this.isTraining) await this.renew({ ...current.run, ...settings });
    else await this.inTurn(async () => void (current.run = await this.worker.use((api) => api.change(settings))));
  }

  /** Another network, or other random numbers: a new run, beside the old one if that has got anywhere. */
  async rebuild(parts: Partial<Pick<Run, "filters" | "kernel" | "seed">>): Promise<void> {
    const wasTraining = this.isTraining;
    await this.pause();
    const run = { ...this.current.settings, ...parts, changes: [], steps: 0 };
    if (this.current.step === 0) await this.renew(run);
    else {
      await this.inTurn(async () => {
        this.current = this.track(run);
        this.at = undefined;
        this.goal = 0;
        await this.begin();
      });
    }
    if (wasTraining) await this.start();
  }

  /** Back to step 0, with the settings that hold now. */
  async reset(): Promise<void> {
    await this.pause();
    await this.renew({ ...this.current.settings, changes: [], steps: 0 });
  }

  /** The current run begins anew, as `run`. */
  private async renew(run: Run): Promise<void> {
    await this.inTurn(async () => {
      const fresh = new TrackedRun(this.current.name, run);
      this.runs = this.runs.map((tracked) => (tracked === this.current ? fresh : tracked));
      this.current = fresh;
      this.at = undefined;
      this.goal = 0;
      await this.begin();
    });
  }

  /** Another of the runs becomes the one that is looked at and trained; while a link's are trained, once they are there. */
  async choose(run: TrackedRun): Promise<void> {
    if (this.isReplaying) {
      this.chosen = run;
      return;
    }
    await this.pause();
    await this.inTurn(async () => {
      this.current = run;
      this.at = undefined;
      this.goal = run.step;
      await this.begin();
    });
  }

  /** Forgets a run that is not the current one. */
  remove(run: TrackedRun): void {
    if (run === this.current) return;
    this.runs = this.runs.filter((other) => other !== run);
    if (run === this.chosen) this.chosen = undefined;
  }

  /** Looks at the run as it was at `step`, or at the milestone before. */
  async scrub(step: number): Promise<void> {
    await this.pause();
    const milestone = this.current.milestoneAt(step);
    if (milestone === undefined) return;
    this.at = milestone.step === this.current.step ? undefined : milestone.step;
    await this.inTurn(() => this.restoreShown());
  }

  /** While several are asked for, only the last is gone to. */
  private async restoreShown(): Promise<void> {
    const step = this.stepShown;
    const snapshot = this.current.snapshotFor(step);
    if (snapshot !== undefined) await this.worker.use((api) => api.restore(snapshot, step));
    await this.look();
  }

  private async toEnd(): Promise<void> {
    if (this.at === undefined) return;
    this.at = undefined;
    await this.inTurn(() => this.restoreShown());
  }

  /** Looks at another picture, or asks for the reasons of another class. */
  async show(picture: Float32Array | undefined, explained?: number): Promise<void> {
    this.picture = picture;
    this.explained = explained;
    await this.look();
  }

  /** Asks what the network makes of the picture. While an answer is under way, one more is asked for at most. */
  async look(): Promise<void> {
    if (this.looking !== "no") {
      this.looking = "again";
      return;
    }
    do {
      this.looking = "yes";
      const { picture, explained } = this;
      // A hidden page draws nothing; it looks again when it is seen.
      if (this.opened === undefined || document.hidden) break;
      const seen = picture ?? new Float32Array(28 * 28);
      const inspection = await this.worker.use((api) => api.inspect(seen, explained)).catch(ignoreLoss);
      if (inspection !== undefined) this.inspection = inspection;
    } while ((this.looking as string) === "again");
    this.looking = "no";
  }

  /** A lost worker's successor takes up the run at its last milestone. */
  private async recover(reason: string): Promise<void> {
    if (!this.isReady) return this.events.failed(reason); // the next one would fare no better
    this.isReady = false;
    const { isTraining, goal } = this;
    await this.training;
    this.looking = "no";
    this.current.cutToMilestone();
    this.events.restarted(reason);
    if (!(await this.connect())) return;
    await this.inTurn(() => this.begin(this.stepShown));
    if (isTraining && this.at === undefined) await this.train(goal);
  }

  /** What the library holds in the worker, for tests. */
  memory(): ReturnType<LabWorker<DigitsApi>["use"]> {
    return this.worker.use((api) => api.memory());
  }

  dispose(): void {
    this.worker.dispose();
  }

  private track(run: Run): TrackedRun {
    const tracked = new TrackedRun(this.nextLetter(), run);
    this.add(tracked);
    return tracked;
  }

  private add(tracked: TrackedRun): void {
    const others = this.runs.filter((run) => run !== this.current);
    const kept = new Set([...others.slice(Math.max(0, others.length - (MOST_RUNS - 2))), this.current]);
    this.runs = [...this.runs.filter((run) => kept.has(run)), tracked];
  }

  private nextLetter(): string {
    return String.fromCharCode(65 + (this.letters++ % 26));
  }

  /** One after the other, in the order in which they were asked for. */
  private inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(action).catch(ignoreLoss);
    this.turn = turn.catch(() => {}); // whoever asked for it hears of its failure
    return turn;
  }
}

/** A lost worker is dealt with by `recover`. */
function ignoreLoss(error: unknown): undefined {
  if (!(error instanceof WorkerLostError)) throw error;
  return undefined;
}
