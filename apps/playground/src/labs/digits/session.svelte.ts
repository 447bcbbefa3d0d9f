import { proxy } from "comlink";
import { SvelteSet } from "svelte/reactivity";
import { recall, remember } from "../../frame/remembered.ts";
import { Pin } from "../../look/pin.svelte.ts";
import { rootFrom } from "../../pages.ts";
import { LabWorker, WorkerLostError } from "../../worker/lab-worker.ts";
import type { Loaded } from "./data.ts";
import { TRAINING_PICTURES } from "./digit-files.ts";
import { type Challenge, CHALLENGES, isFast, type Sketch, Watcher } from "./challenges.ts";
import { bestStep, collapsedTo } from "./collapse.ts";
import type { Inspection } from "./inspect.ts";
import type { Report } from "./report.ts";
import { type ConfusionCell, type LinkState, MOST_RUNS, type NamedRun, type ViewState } from "./link.ts";
import type { NetworkNumber } from "./network-number.ts";
import { placeOfName, runName } from "./run-names.ts";
import { changedAt, MOST_STEPS, type Run, type Settings } from "./run.ts";
import { type KeptMilestone, TrackedRun } from "./tracked-run.svelte.ts";
import type { DigitsApi, Opened, Sample } from "./worker.ts";

/** What the session has to tell people. */
export interface SessionEvents {
  /** The worker ended and was started again. */
  restarted(reason: string): void;
  /** The loss is no number any more. */
  diverged(step: number): void;
  /** The network reads this digit into everything, and does not learn any more. */
  collapsed(digit: number): void;
  /** Nothing goes without this: it stays closed. */
  failed(reason: string): void;
}

/** Passes over the pictures that one press of start is for. */
const PASSES = 3;
/** Bytes of snapshots. */
const ROOM = 48 * 1024 * 1024;

/** What a link describes, while it is trained again. */
interface Replay {
  /** The run that the link is about. */
  readonly own: TrackedRun;
  /** Those whose turn is still to come. */
  readonly waiting: readonly NamedRun[];
  /** Where in its past the link looks. */
  readonly at: number | undefined;
}

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
  /** Steps after which training ends by itself. */
  goal = $state(0);
  picturesPerSecond = $state(0);
  inspection: Inspection | undefined = $state.raw();
  /** Wherever a sample or a drawing is looked at: (28, 28), 0 … 1. */
  picture: Float32Array | undefined = $state.raw();
  /** Goes up whenever the sheet is to be emptied. */
  cleared = $state(0);
  /** The class whose reasons are shown; the likeliest if undefined. */
  explained: number | undefined = $state();

  /** The cell of the table of mistakes whose digits are laid out. */
  cell: ConfusionCell | undefined = $state.raw();

  /** The challenges that have been solved, here or on an earlier visit. */
  readonly solved: SvelteSet<Challenge> = new SvelteSet(recalled());

  /** The number that is taken apart. */
  readonly pin: Pin<NetworkNumber>;

  /** The run that the last reset took away, and how it was looked at. */
  private replaced: { readonly run: TrackedRun; readonly at: number | undefined; readonly goal: number } | undefined =
    $state.raw();
  /** Set while a link's runs are trained again, from the very beginning: until then the link is what the lab is about. */
  private replay: Replay | undefined = $state.raw();
  private readonly worker: LabWorker<DigitsApi>;
  private readonly sample: number | undefined;
  private readonly unseen: number | undefined;
  /** Digits that were laid out, by place: one is the same picture whenever it is looked at. */
  private readonly taken = new Map<number, Sample>();
  private readonly events: SessionEvents;
  private training: Promise<void> = Promise.resolve();
  private turn: Promise<void> = Promise.resolve();
  /** Where training went on last, and when. */
  private since: { readonly step: number; readonly time: number } = { step: 0, time: 0 };
  private readonly watcher = new Watcher();
  /** How the picture was drawn, if it was. */
  private sketch: Sketch | undefined;
  private looking: "no" | "yes" | "again" = "no";
  /** How many names have been given. */
  private names: number;
  /** Runs of which it has been said that they learn nothing any more. */
  private readonly collapsed = new WeakSet<TrackedRun>();
  /** The run that was asked for while those of a link were trained. */
  private chosen: TrackedRun | undefined;

  constructor({ run, others, view }: LinkState, events: SessionEvents) {
    this.sample = view.sample;
    this.unseen = view.unseen;
    this.cell = view.cell;
    this.picture = view.drawing;
    this.explained = view.why;
    this.pin = new Pin(view.number, () => void this.look());
    this.events = events;
    this.names = 1 + Math.max(...[run, ...others].map(({ name }) => placeOfName(name)));
    const own = new TrackedRun(run.name, begun(run));
    own.promised = run.steps;
    this.current = own;
    this.runs = [own];
    if (run.steps > 0 || others.length > 0) this.replay = { own, waiting: others, at: view.at };
    this.worker = new LabWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (reason) => void this.recover(reason),
    );
  }

  /** Whether what is trained is a run out of a link. */
  get isReplaying(): boolean {
    return this.replay !== undefined;
  }

  /** What a link to the lab as it stands has to say. A link's own runs count as trained while they are trained again. */
  get described(): LinkState {
    const { replay, runs, current, picture, explained: why, pin } = this;
    const own = replay !== undefined && runs.includes(replay.own) ? replay.own : current;
    const run = replay === undefined ? current : (this.chosen ?? own);
    const sample = this.opened?.samples.find((candidate) => candidate.picture === picture)?.label;
    const unseen = sample === undefined ? this.lookedAt?.place : undefined;
    const at = replay === undefined ? this.at : run === replay.own ? replay.at : undefined;
    const drawing = sample === undefined && unseen === undefined ? picture : undefined;
    const view: ViewState = { at, sample, drawing, unseen, cell: this.cell, why, number: pin.place };
    const others = runs.filter((other) => other !== run).map(({ description }) => description);
    return { run: run.description, others: [...others, ...(replay?.waiting ?? [])], view };
  }

  /** The digit that is looked at, if it is one of those that the network is tried on. */
  get lookedAt(): Sample | undefined {
    const { picture } = this;
    if (picture === undefined) return undefined;
    const isIt = (candidate: Sample): boolean => candidate.picture === picture;
    return this.opened?.samples.find(isIt) ?? [...this.taken.values()].find(isIt);
  }

  /** Where among the digits that the network is tried on those of a cell stand, by what it read at the step that is looked at. */
  placesOf({ was, read }: ConfusionCell): number[] {
    const { opened, shown } = this;
    if (opened === undefined || shown === undefined) return [];
    return Array.from(opened.labels.keys()).filter((i) => opened.labels[i] === was && shown.readings[i] === read);
  }

  /** How many of the digits that the network is tried on are this one. */
  totalOf(label: number): number {
    return this.opened?.labels.reduce((count, other) => count + (other === label ? 1 : 0), 0) ?? 0;
  }

  /** The digits at some places. */
  async digitsAt(places: readonly number[]): Promise<Sample[]> {
    const missing = places.filter((place) => !this.taken.has(place));
    if (missing.length > 0) {
      const fetched = await this.worker.use((api) => api.digits(missing)).catch(ignoreLoss);
      for (const digit of fetched ?? []) this.keep(digit);
    }
    return places.map((place) => this.taken.get(place)).filter((digit) => digit !== undefined);
  }

  /** One of the ten samples is that and no other picture. */
  private keep(digit: Sample): void {
    const sample = this.opened?.samples.find(({ place }) => place === digit.place);
    this.taken.set(digit.place, sample ?? digit);
  }

  /** Where training will have come to when it ends by itself: further, if it is there already. */
  get nextGoal(): number {
    const { settings, step } = this.current;
    const further = step + PASSES * Math.ceil(TRAINING_PICTURES / settings.batch);
    return Math.min(MOST_STEPS, step < this.goal ? this.goal : further); // more than a link can hold
  }

  /** Milestone that is looked at. */
  get shown(): KeptMilestone | undefined {
    return this.at === undefined ? this.current.end : this.current.milestoneAt(this.at);
  }

  get stepShown(): number {
    return this.at ?? this.current.step;
  }

  /** Loads what is needed, trains again what a link describes, and shows it. */
  async open(): Promise<void> {
    if (!(await this.connect())) return;
    await this.inTurn(() => this.begin());
    if (this.replay !== undefined) await this.train(this.replay.own.promised);
    for (;;) {
      const [next, ...waiting] = this.replay?.waiting ?? [];
      if (this.replay === undefined || next === undefined) break;
      await this.inTurn(async () => {
        if (this.replay === undefined) return;
        this.current = this.track(begun(next), next.name);
        this.current.promised = next.steps;
        this.replay = { ...this.replay, waiting };
        await this.begin();
      });
      if (this.isReplaying) await this.train(next.steps);
    }
    if (this.replay === undefined) return; // nothing was to be trained; or whoever stopped it is where he wants to be
    const { own, at } = this.replay;
    const chosen = this.chosen ?? (this.runs.includes(own) ? own : this.current);
    if (this.current !== chosen) await this.goTo(chosen);
    if (chosen === own && at !== undefined) await this.goBackTo(at);
    this.endReplay();
  }

  /** What stands now is what there is. */
  private endReplay(): void {
    if (this.replay === undefined) return;
    this.replay = undefined;
    this.chosen = undefined;
    for (const run of this.runs) run.promised = 0;
  }

  private async connect(): Promise<boolean> {
    const root = new URL(rootFrom(location.pathname), location.href).href;
    const onLoaded = proxy((loaded: Loaded) => void (this.loaded = loaded));
    const onReport = proxy(async (report: Report) => this.hear(report));
    try {
      const opened = await this.worker.use((api) => api.open(root, onLoaded, onReport));
      const { unseen } = this;
      if (this.opened === undefined && unseen !== undefined) {
        for (const digit of await this.worker.use((api) => api.digits([unseen]))) this.taken.set(unseen, digit);
        this.picture ??= this.taken.get(unseen)?.picture;
      }
      this.opened ??= opened; // a successor's pictures are the same, and those that are here stand in the link
      if (this.sample !== undefined) this.picture ??= this.opened.samples[this.sample]?.picture;
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
    await this.train(Math.min(MOST_STEPS, this.current.step + 1));
  }

  async pause(): Promise<void> {
    this.endReplay();
    if (!this.isTraining) return;
    await this.worker.use((api) => api.pause()).catch(ignoreLoss);
    await this.training;
  }

  private async train(until: number): Promise<void> {
    if (this.isTraining || until <= this.current.step) return;
    this.isTraining = true;
    this.replaced = undefined;
    this.since = { step: this.current.step, time: performance.now() };
    this.goal = Math.max(until, this.isReplaying ? until : this.goal);
    this.training = this.worker
      .use((api) => api.train(until))
      .catch(ignoreLoss)
      .finally(() => (this.isTraining = false));
    await this.training;
  }

  private hear(report: Report): void {
    this.current.add(report);
    if (isFast(report.milestones)) this.solve(["fast"]);
    if (report.picturesPerSecond > 0) this.picturesPerSecond = report.picturesPerSecond;
    if (report.diverged) this.events.diverged(report.step);
    const digit = report.milestones.length > 0 ? collapsedTo(this.current) : undefined;
    if (digit !== undefined && !this.collapsed.has(this.current)) {
      this.collapsed.add(this.current);
      this.events.collapsed(digit);
    }
    this.makeRoom();
    void this.look();
  }

  /** The step at which the current run read most digits; undefined if it never read many. */
  get lastGoodStep(): number | undefined {
    return bestStep(this.current);
  }

  private makeRoom(): void {
    const bytes = this.runs.reduce((sum, run) => sum + run.bytes, 0);
    if (bytes > ROOM) for (const run of this.runs) run.thin();
  }

  /** Until the goal, by how long the steps of this stretch have taken; undefined while that is not known. */
  get secondsLeft(): number | undefined {
    const { step } = this.current;
    const { since } = this;
    if (!this.isTraining || step <= since.step) return undefined;
    return ((this.goal - step) * (performance.now() - since.time)) / 1000 / (step - since.step);
  }

  /** Other settings from where people look: at a run's end it goes on with them, in its past it branches. */
  async change(settings: Partial<Settings>): Promise<void> {
    const { at, current } = this;
    if (at !== undefined) {
      await this.inTurn(async () => {
        const branch = current.branch(this.nextName(), at, changedAt(current.run, at, settings));
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

  /** Back to step 0, with the settings that hold now, or others. What was there comes back with `undoReset`. */
  async reset(settings: Partial<Settings> = {}): Promise<void> {
    await this.pause();
    const { current: run, at, goal } = this;
    if (run.step > 0) this.replaced = { run, at, goal };
    await this.renew({ ...this.current.settings, ...settings, changes: [], steps: 0 });
  }

  /** Whether what a reset took away can come back: until the new run takes its first step. */
  get canUndo(): boolean {
    return this.replaced !== undefined && this.current.step === 0;
  }

  async undoReset(): Promise<void> {
    await this.inTurn(async () => {
      if (this.replaced === undefined || this.current.step > 0) return;
      const { run, at, goal } = this.replaced;
      this.runs = this.runs.map((tracked) => (tracked === this.current ? run : tracked));
      this.current = run;
      this.at = at;
      this.goal = goal;
      this.replaced = undefined;
      await this.begin(this.stepShown);
    });
  }

  /** The current run begins anew, as `run`. */
  private async renew(run: Run): Promise<void> {
    this.endReplay();
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
    await this.goTo(run);
  }

  private async goTo(run: TrackedRun): Promise<void> {
    await this.inTurn(async () => {
      this.current = run;
      // One that has not taken a step has nothing to come back to.
      this.runs = this.runs.filter((other) => other === run || other.step > 0);
      this.at = undefined;
      this.replaced = undefined;
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
    await this.goBackTo(step);
  }

  private async goBackTo(step: number): Promise<void> {
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

  /** Looks at a picture that was not drawn: the sheet is emptied. */
  async take(picture: Float32Array | undefined): Promise<void> {
    this.cleared++;
    await this.show(picture);
  }

  /** Looks at another picture. @param sketch how it was drawn, if it was */
  async show(picture: Float32Array | undefined, sketch?: Sketch): Promise<void> {
    this.picture = picture;
    this.sketch = sketch;
    this.explained = undefined;
    await this.look();
  }

  /** Asks for the reasons of a class, and pins its number; asked once more, lets both go. */
  explain(digit: number): void {
    const isLetGo = this.explained === digit;
    this.explained = isLetGo ? undefined : digit;
    const number: NetworkNumber = { layer: 3, map: digit, row: 0, column: 0 };
    const { pinned } = this.pin;
    if (isLetGo !== (pinned?.layer === 3 && pinned.map === digit)) void this.look();
    else this.pin.press(number);
  }

  /** Asks what the network makes of the picture. While an answer is under way, one more is asked for at most. */
  async look(): Promise<void> {
    if (this.looking !== "no") {
      this.looking = "again";
      return;
    }
    do {
      this.looking = "yes";
      const { picture, explained, pin, sketch, lookedAt, shown } = this;
      const number = pin.place;
      // A hidden page draws nothing; it looks again when it is seen.
      if (this.opened === undefined || document.hidden) break;
      const seen = picture ?? new Float32Array(28 * 28);
      const inspection = await this.worker.use((api) => api.inspect(seen, explained, number)).catch(ignoreLoss);
      if (inspection === undefined) continue;
      this.inspection = inspection;
      const share = Math.max(...inspection.probabilities);
      const digit = inspection.probabilities.indexOf(share);
      // What it reads into an empty sheet is no answer.
      const read = { digit, share, accuracy: shown?.accuracy ?? 0, label: lookedAt?.label };
      this.solve(this.watcher.hear({ ...read, sketch: picture === undefined ? undefined : sketch }));
    } while ((this.looking as string) === "again");
    this.looking = "no";
  }

  private solve(challenges: readonly Challenge[]): void {
    if (challenges.every((challenge) => this.solved.has(challenge))) return;
    for (const challenge of challenges) this.solved.add(challenge);
    remember("unfold.digits.solved", [...this.solved].join(" "));
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

  private track(run: Run, name = this.nextName()): TrackedRun {
    const tracked = new TrackedRun(name, run);
    this.add(tracked);
    return tracked;
  }

  private add(tracked: TrackedRun): void {
    const others = this.runs.filter((run) => run !== this.current);
    const kept = new Set([...others.slice(Math.max(0, others.length - (MOST_RUNS - 2))), this.current]);
    this.runs = [...this.runs.filter((run) => kept.has(run)), tracked];
  }

  /** One that no run here has had. */
  private nextName(): string {
    return runName(this.names++);
  }

  /** One after the other, in the order in which they were asked for. */
  private inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(action).catch(ignoreLoss);
    this.turn = turn.catch(() => {}); // whoever asked for it hears of its failure
    return turn;
  }
}

/** What was solved on an earlier visit. */
function recalled(): Challenge[] {
  const names = recall("unfold.digits.solved")?.split(" ") ?? [];
  return CHALLENGES.filter((challenge) => names.includes(challenge));
}

/** A run out of a link before its first step. */
function begun({ name: _name, ...run }: NamedRun): Run {
  return { ...run, steps: 0 };
}

/** A lost worker is dealt with by `recover`. */
function ignoreLoss(error: unknown): undefined {
  if (!(error instanceof WorkerLostError)) throw error;
  return undefined;
}
