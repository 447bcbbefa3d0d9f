import type { LabWorker } from "../../worker/lab-worker.ts";
import type { Cell } from "../../look/cell.ts";
import { Pin } from "../../look/pin.svelte.ts";
import { Latest } from "../../worker/latest.ts";
import type { Task } from "./descent.ts";
import { type Kernel, sideOf } from "./kernels.ts";
import type { LabState } from "./lab-state.ts";
import { distanceOf, type Found, type Learning, MOST_STEPS, type Standing, standingOf } from "./learning.ts";
import type { Learned } from "./learning-operation.ts";
import type { Filtered, Picture } from "./operation.ts";
import type { WeightOrigin } from "./weight-origin.ts";
import type { EdgesApi } from "./worker.ts";

/** Steps that are done between two looks: few, so that one sees the numbers move. */
const STEPS_EACH = 6;
/** Milliseconds between two looks. Each draws anew, and what is pressed meanwhile has to wait for it: no more than eyes tell apart. */
const LOOK_EVERY = 50;
/** While a link's steps are done again. */
const STEPS_EACH_REPLAYED = 50;

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
  /** Whether a link's steps are being done again. */
  isReplaying = $state(false);
  /** What the target makes of the picture, and what is made of it by what was found. */
  wanted: Filtered | undefined = $state.raw();
  made: Filtered | undefined = $state.raw();
  /** The number whose next step is explained, and where that comes from. */
  readonly pin: Pin<Cell>;
  origin: WeightOrigin | undefined = $state.raw();

  private task: Task | undefined = $state.raw();
  /** Steps that a link asks for, until they have been done. */
  private replayed: number;
  /** Counts beginnings: what an earlier one still computes is not wanted. */
  private turn = 0;
  /** What goes on by itself, until it is paused: another one once it is started again. */
  private running: object | undefined = $state.raw();
  private queue: Promise<void> = Promise.resolve();
  private readonly worker: LabWorker<EdgesApi>;
  private readonly failed: (error: unknown) => void;
  private readonly explaining = new Latest(() => this.explain());

  /** @param failed is told what goes wrong in the worker, and of its end */
  constructor(
    worker: LabWorker<EdgesApi>,
    { rate, momentum, seed, steps, weight }: LabState,
    failed: (error: unknown) => void,
  ) {
    this.worker = worker;
    this.failed = failed;
    this.settings = { rate, momentum, seed };
    this.replayed = steps;
    this.pin = new Pin(weight, () => void this.explaining.run());
  }

  /** Steps done; while a link's are done again, those that it will have. */
  get steps(): number {
    return this.replayed > 0 ? this.replayed : this.losses.length;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** The number whose next step is explained, as long as the kernel has it. */
  get at(): Cell | undefined {
    const side = sideOf(this.task?.target ?? []);
    const { place } = this.pin;
    return place !== undefined && place.row < side && place.column < side ? place : undefined;
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
    this.origin = undefined;
    [this.losses, this.distances] = [[], []];
    [this.running, this.isReplaying, this.replayed] = [undefined, false, 0];
  }

  /** From chance numbers again; goes on learning if it did. */
  async reset(settings: Partial<Learning> = {}): Promise<void> {
    if (this.isReplaying) this.pause();
    this.settings = { ...this.settings, ...settings };
    this.replayed = 0;
    await this.restart();
  }

  start(): void {
    if (this.isRunning || this.isOver) return;
    void this.run(STEPS_EACH, MOST_STEPS, LOOK_EVERY);
  }

  pause(): void {
    if (this.isReplaying) this.replayed = 0; // what has been done is what there is
    this.running = undefined;
    this.isReplaying = false;
  }

  async step(): Promise<void> {
    this.pause();
    await this.inTurn(() => this.descend(1));
  }

  /** A lost worker has a successor: what was found is here. */
  async refresh(): Promise<void> {
    if (this.task === undefined || this.found !== undefined) return;
    await (this.replayed > 0 ? this.replay() : this.restart());
  }

  private async replay(): Promise<void> {
    const goal = this.replayed;
    this.isReplaying = true;
    await this.restart();
    if (this.isReplaying) await this.run(STEPS_EACH_REPLAYED, goal, 0);
    this.isReplaying = false;
    this.replayed = 0;
  }

  private async restart(): Promise<void> {
    const turn = ++this.turn;
    await this.inTurn(async () => {
      const { task, settings } = this;
      if (task === undefined || turn !== this.turn) return;
      const { at } = this;
      const begun = await this.worker.use((api) => api.beginLearning(task, settings, at));
      if (turn !== this.turn) return;
      this.wanted = begun.wanted;
      [this.losses, this.distances] = [[], []];
      this.show(begun);
    });
  }

  /** Until the goal, the end, or a pause. @param every milliseconds from look to look */
  private async run(each: number, goal: number, every: number): Promise<void> {
    const own = {};
    this.running = own;
    while (this.running === own && this.losses.length < goal && !this.isOver) {
      const next = performance.now() + every;
      await this.inTurn(async () => {
        if (this.running === own) await this.descend(Math.min(each, goal - this.losses.length));
      });
      do await new Promise(requestAnimationFrame);
      while (performance.now() < next);
    }
    if (this.running === own) this.running = undefined;
  }

  private async descend(steps: number): Promise<void> {
    const { task, settings, found, turn, at } = this;
    if (task === undefined || found === undefined || this.isOver || steps < 1) return;
    const next = await this.worker.use((api) => api.learn(task, settings, found, steps, at));
    if (turn !== this.turn) return;
    this.distances = [...this.distances, ...next.found.distances];
    this.losses = [...this.losses, ...next.found.losses];
    this.show(next);
  }

  private show({ found, made, origin }: Learned): void {
    [this.found, this.made] = [found, made];
    if (isAt(origin, this.at)) this.origin = origin;
    else void this.explaining.run(); // another one is asked for meanwhile
  }

  /** Another number is asked for: what was found stands. */
  private async explain(): Promise<void> {
    const { task, found, settings, at } = this;
    if (task === undefined || found === undefined || at === undefined) {
      this.origin = undefined;
      return;
    }
    try {
      const origin = await this.worker.use((api) => api.explainWeight(task, settings, found, at));
      if (found === this.found) this.origin = origin;
      else void this.explaining.run(); // it has moved on meanwhile
    } catch (error) {
      this.failed(error);
    }
  }

  /** One after the other: each step begins where the one before came to. */
  private inTurn(action: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(action).catch((error: unknown) => {
      this.running = undefined; // a lost worker's successor is asked by whoever presses start
      this.failed(error);
    });
    return this.queue;
  }
}

function isAt(origin: WeightOrigin | undefined, asked: Cell | undefined): boolean {
  return origin?.at.row === asked?.row && origin?.at.column === asked?.column;
}
