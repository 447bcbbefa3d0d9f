import { macrotask } from "@unfoldjs/nn";
import { memory, type MemoryUse, runtime, type RuntimeInfo } from "@unfoldjs/tensor-core";
import { serve } from "../../worker/serve.ts";
import { type Amount, type Digits, fetchDigits, type Loaded } from "./data.ts";
import { evaluate, inspect, type Inspection } from "./inspect.ts";
import type { NetworkNumber } from "./network-number.ts";
import { changedAt, type Run, type Settings } from "./run.ts";
import { isMilestone, Log, type Milestone, type Report } from "./report.ts";
import { Trainer } from "./trainer.ts";

/** A digit to look at. */
export interface Sample {
  /** (28, 28), 0 … 1 */
  readonly picture: Float32Array;
  readonly label: number;
  /** Where it stands among those that the network is tried on. */
  readonly place: number;
}

/** What is known once the lab is open. */
export interface Opened {
  /** One of each digit, by digit. */
  readonly samples: readonly Sample[];
  /** What each of the digits is that the network is tried on, by place. */
  readonly labels: Uint8Array;
  readonly runtime: RuntimeInfo;
}

/** How long training may keep messages waiting, and how long reports may keep people waiting, in milliseconds. */
const PAUSE_EVERY = 30;
const REPORT_EVERY = 100;

let digits: Digits | undefined;
let trainer: Trainer | undefined;
/** The training that is under way. */
let training: { isWanted: boolean } = { isWanted: false };
let tell: (report: Report) => Promise<void> = async () => {};

function running(): Trainer {
  if (trainer === undefined) throw new Error("begin must be called first");
  return trainer;
}

function data(): Digits {
  if (digits === undefined) throw new Error("open must be called first");
  return digits;
}

/** @param place among the digits that the network is tried on */
function sampleAt(place: number): Sample {
  const { images, labels } = data().test;
  const picture = Float32Array.from(images.subarray(784 * place, 784 * (place + 1)), (ink) => ink / 255);
  return { picture, label: labels[place] ?? 0, place };
}

function milestone(): Milestone {
  const { step, model } = running();
  return { step, ...evaluate(model, data().test), snapshot: running().snapshot() };
}

const api = {
  /**
   * Starts the core and loads the digits.
   * @param onLoaded hears how much has come @param onReport hears how training goes, from now on
   * @param amount few are quick to fetch: some to learn from, and others to be tried on
   */
  async open(
    base: string,
    onLoaded: (loaded: Loaded) => void,
    onReport: (report: Report) => Promise<void>,
    amount: Amount = "all",
  ): Promise<Opened> {
    tell = onReport;
    const info = runtime.info(); // before anything is fetched: without SIMD there is no use in it
    digits = await fetchDigits(base, onLoaded, amount);
    const { labels, classes } = digits.test;
    const samples = classes.map((_, label) => sampleAt(labels.indexOf(label)));
    return { samples, labels: Uint8Array.from(labels), runtime: info };
  },

  /** Some of the digits that the network is tried on. */
  digits(places: readonly number[]): Sample[] {
    return places.map(sampleAt);
  },

  /** Makes a run the one that is trained, from its beginning or from a snapshot. */
  begin(run: Run, snapshot?: Uint8Array): Milestone {
    trainer?.dispose();
    trainer = new Trainer(run, data().training);
    if (snapshot !== undefined) trainer.restore(snapshot);
    return milestone();
  },

  /** Trains up to `until` steps, unless `pause` is called before. Ends with a milestone, once that has been heard of. */
  async train(until: number): Promise<void> {
    const current = running();
    const log = new Log();
    const own = (training = { isWanted: true });
    let paused = performance.now();
    let diverged = false;
    while (own.isWanted && !diverged && current.step < until) {
      diverged = !log.note(() => current.learn());
      if (!diverged && isMilestone(current.step)) log.milestones.push(milestone());
      if (log.age > REPORT_EVERY) void tell(log.take(current.step));
      if (performance.now() - paused > PAUSE_EVERY) {
        await macrotask();
        paused = performance.now();
      }
    }
    if ((log.milestones.at(-1)?.step ?? log.lastMilestone) !== current.step) log.milestones.push(milestone());
    await tell({ ...log.take(current.step), diverged });
  },

  /** Ends `train` after the step that it is at. */
  pause(): void {
    training.isWanted = false;
  },

  /** Other settings from the next step on. @returns the run as it now goes */
  change(settings: Partial<Settings>): Run {
    const current = running();
    current.run = changedAt(current.run, current.step, settings);
    return current.run;
  },

  /** Goes to a snapshot of the run, or of one that agrees with it so far, and from there on to `step`. */
  restore(snapshot: Uint8Array, step: number): void {
    const current = running();
    current.restore(snapshot);
    while (current.step < step) current.learn();
  },

  inspect(picture: Float32Array, explained?: number, number?: NetworkNumber): Inspection {
    return inspect(running().model, picture, explained, number);
  },

  memory(): MemoryUse {
    return memory();
  },

  runtime(): RuntimeInfo {
    return runtime.info();
  },
};

export type DigitsApi = typeof api;

serve(api);
