import { Latest } from "../../worker/latest.ts";
import { type LabWorker, WorkerLostError } from "../../worker/lab-worker.ts";
import { type Kernel, sideOf } from "./kernels.ts";
import type { LabState } from "./lab-state.ts";
import { distanceOf, type Found, type Learning, MOST_STEPS, type Standing, standingOf } from "./learning.ts";
import type { Filtered, Picture } from "./operation.ts";
import type { EdgesApi } from "./worker.ts";

/** Steps that are done between two looks: few, so that one sees the numbers move. */
const STEPS_EACH = 2;
/** While a link's steps are done again. */
const STEPS_EACH_REPLAYED = 50;

/** What is learned from. */
interface Task {
  readonly picture: Picture;
  readonly target: Kernel;
}

/** A kernel that is found from a picture and its edges. */
export class LearningSession {
  settings: Learning = $state.raw() as Learning;
  /** Undefined until there is a picture. */
  found: Found | undefined = $state.raw();
  losses: readonly number[] = $state.raw([]);
  /** How far the farthest number was from its target, before each step. */
  distances: readonly number[] = $state.raw([]);
  /** Whether the target has room in the picture. */
  fits = $state(true);
  isRunning = $state(false);
  /** Whether a link's steps are being done again. */
  isReplaying = $state(false);
  /** What the target makes of the picture, and what is made of it by what was found. */
  wanted: Filtered | undefined = $state.raw();
  made: Filtered | undefined = $state.raw();

  private task: Task | undefined = $state.raw();
  /** Steps that a link asks for, until they have been done. */
  private replayed: number;
  /** Counts beginnings: what an earlier one still computes is not wanted. */
  private turn = 0;
  private readonly worker: LabWorker<EdgesApi>;
  private readonly failed: (error: unknown) => void;
  private readonly looking = new Latest(() => this.look());

  /** @param failed is told what goes wrong in the worker, and of its end */
  constructor(
    worker: LabWorker<EdgesApi>,
    { rate, momentum, seed, steps }: LabState,
    failed: (error: unknown) => void,
  ) {
    this.worker = worker;
    this.failed = failed;
    this.settings = { rate, momentum, seed };
    this.replayed = steps;
  }

  /** Steps done; while a link's are done again, those that it will have. */
  get steps(): number {
    return this.replayed > 0 ? this.replayed : this.losses.length;
  }

  get distance(): number {
    return this.found === undefined || this.task === undefined
      ? Infinity
      : distanceOf(this.found.kernel, this.task.target);
  }

  get standing(): Standing {
    return standingOf(this.losses, this.distance);
  }

  get isOver(): boolean {
    return !["begun", "near"].includes(this.standing);
  }

  /** Another picture or another target: there is something else to learn. */
  take(picture: Picture | undefined, target: Kernel): void {
    if (picture === undefined) return;
    this.fits = Math.min(picture.rows, picture.columns) >= sideOf(target);
    if (!this.fits) return this.leave();
    const isSame = this.task?.picture === picture && this.task.target.join() === target.join();
    if (isSame) return;
    const isFirst = this.task === undefined;
    this.task = { picture, target };
    if (isFirst && this.replayed > 0) void this.replay();
    else void this.reset();
  }

  /** There is nothing to learn from. */
  private leave(): void {
    this.turn++;
    [this.task, this.found, this.wanted, this.made] = [undefined, undefined, undefined, undefined];
    [this.losses, this.distances] = [[], []];
    [this.isRunning, this.isReplaying, this.replayed] = [false, false, 0];
  }

  /** From chance numbers again; goes on learning if it did. */
  async reset(settings: Partial<Learning> = {}): Promise<void> {
    const wasRunning = this.isRunning && !this.isReplaying;
    this.settings = { ...this.settings, ...settings };
    this.replayed = 0;
    if ((await this.restart()) && wasRunning) this.start();
  }

  start(): void {
    if (this.isRunning || this.isOver) return;
    void this.run(STEPS_EACH, MOST_STEPS);
  }

  pause(): void {
    if (this.isReplaying) this.replayed = 0; // what has been done is what there is
    this.isRunning = false;
    this.isReplaying = false;
  }

  async step(): Promise<void> {
    this.pause();
    const { turn } = this;
    if (this.isOver) return;
    try {
      await this.descend(1, turn);
    } catch (error) {
      this.failed(error);
    }
  }

  /** A lost worker has a successor: what was found is here. */
  async refresh(): Promise<void> {
    if (this.task === undefined) return;
    if (this.found === undefined) await (this.replayed > 0 ? this.replay() : this.restart());
    else await this.looking.run();
  }

  private async replay(): Promise<void> {
    const goal = this.replayed;
    if (!(await this.restart())) return;
    this.isReplaying = true;
    await this.run(STEPS_EACH_REPLAYED, goal);
    this.isReplaying = false;
    this.replayed = 0;
  }

  /** @returns whether it is to go on: false if meanwhile there was another beginning, or the worker ended */
  private async restart(): Promise<boolean> {
    const turn = ++this.turn;
    this.isRunning = false;
    this.isReplaying = false;
    const { task, settings } = this;
    if (task === undefined) return false;
    try {
      const found = await this.worker.use((api) => api.begin(task.target.length, settings.seed));
      if (turn !== this.turn) return false;
      [this.found, this.losses, this.distances] = [found, [], []];
      await this.looking.run();
      return turn === this.turn;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** Until the goal, the end, or a pause. */
  private async run(each: number, goal: number): Promise<void> {
    const { turn } = this;
    this.isRunning = true;
    try {
      while (this.isRunning && turn === this.turn && this.losses.length < goal && !this.isOver) {
        await this.descend(Math.min(each, goal - this.losses.length), turn);
        await new Promise(requestAnimationFrame); // one look at a time
      }
    } catch (error) {
      // A lost worker's successor is asked by whoever presses start.
      if (!(error instanceof WorkerLostError)) this.failed(error);
    }
    if (turn === this.turn) this.isRunning = false;
  }

  private async descend(steps: number, turn: number): Promise<void> {
    const { task, settings, found } = this;
    if (task === undefined || found === undefined) return;
    const next = await this.worker.use((api) => api.descend(task.picture, task.target, settings, found, steps));
    if (turn !== this.turn) return;
    this.distances = [...this.distances, ...next.distances];
    this.losses = [...this.losses, ...next.losses];
    this.found = next;
    await this.looking.run();
  }

  /** What the kernel makes of the picture as it stands. */
  private async look(): Promise<void> {
    const { task, found } = this;
    if (task === undefined || found === undefined) return;
    try {
      const filtered = (kernel: Kernel): Promise<Filtered> =>
        this.worker.use((api) =>
          api.filter(task.picture, { measure: "kernel", kernel, mode: "correlation", padding: "valid" }),
        );
      const [wanted, made] = await Promise.all([filtered(task.target), filtered([...found.kernel])]);
      [this.wanted, this.made] = [wanted, made];
    } catch (error) {
      this.failed(error);
    }
  }
}
