import { macrotask } from "@unfoldjs/nn";
import { memory, type MemoryUse, runtime, type RuntimeInfo } from "@unfoldjs/tensor-core";
import { serve } from "../../worker/serve.ts";
import { type Digits, fetchDigits, type Loaded } from "./data.ts";
import { evaluate, type Evaluation, inspect, type Inspection } from "./inspect.ts";
import { changedAt, type Run, type Settings } from "./run.ts";
import { Trainer } from "./trainer.ts";

/** A step at which the network was tried on unseen digits and kept. */
export interface Milestone extends Evaluation {
  readonly step: number;
  /** What `Trainer.restore` goes back to. */
  readonly snapshot: Uint8Array;
}

/** What has happened since the last report. */
export interface Report {
  readonly step: number;
  /** Of each step, on its own batch. */
  readonly losses: readonly number[];
  readonly accuracies: readonly number[];
  readonly milestones: readonly Milestone[];
  /** Pictures learned from in a second of learning. */
  readonly picturesPerSecond: number;
  /** The step after these had a loss that is no number: training cannot go on with these settings. */
  readonly diverged: boolean;
}

/** Some digits to look at. */
export interface Sample {
  /** (28, 28), 0 … 1 */
  readonly picture: Float32Array;
  readonly label: number;
}

/** What is known once the lab is open. */
export interface Opened {
  readonly samples: readonly Sample[];
  readonly runtime: RuntimeInfo;
}

/** Steps between two milestones. */
export const MILESTONE_EVERY = 20;
/** How long training may keep messages waiting, and how long reports may keep people waiting, in milliseconds. */
const PAUSE_EVERY = 30;
const REPORT_EVERY = 100;
const SAMPLES = 30;

let digits: Digits | undefined;
let trainer: Trainer | undefined;
let isWanted = false;

function running(): Trainer {
  if (trainer === undefined) throw new Error("begin must be called first");
  return trainer;
}

function data(): Digits {
  if (digits === undefined) throw new Error("open must be called first");
  return digits;
}

function milestone(): Milestone {
  const { step, model } = running();
  return { step, ...evaluate(model, data().test), snapshot: running().snapshot() };
}

const api = {
  /** Loads the digits and starts the core. */
  async open(base: string, report: (loaded: Loaded) => void): Promise<Opened> {
    const info = runtime.info(); // before anything is fetched: without SIMD there is no use in it
    digits = await fetchDigits(base, (loaded) => void report(loaded));
    const { images, labels } = digits.test;
    const samples = Array.from({ length: SAMPLES }, (_, i): Sample => ({
      picture: Float32Array.from(images.subarray(784 * i, 784 * (i + 1)), (ink) => ink / 255),
      label: labels[i] ?? 0,
    }));
    return { samples, runtime: info };
  },

  /** Makes a run the one that is trained, from its beginning or from a snapshot. */
  begin(run: Run, snapshot?: Uint8Array): Milestone {
    trainer?.dispose();
    trainer = new Trainer(run, data().training);
    if (snapshot !== undefined) trainer.restore(snapshot);
    return milestone();
  },

  /** Trains up to `until` steps, unless `pause` is called before. Ends with a milestone. */
  async train(until: number, report: (report: Report) => void): Promise<void> {
    const current = running();
    isWanted = true;
    let [losses, accuracies, milestones, pictures, busy] = [[], [], [], 0, 0] as [number[], number[], Milestone[], number, number];
    let [paused, reported] = [performance.now(), performance.now()];
    const tell = (diverged: boolean): void => {
      const picturesPerSecond = (1000 * pictures) / busy;
      report({ step: current.step, losses, accuracies, milestones, picturesPerSecond, diverged });
      [losses, accuracies, milestones, pictures, busy] = [[], [], [], 0, 0];
      reported = performance.now();
    };
    while (isWanted && current.step < until) {
      const started = performance.now();
      const result = current.learn();
      busy += performance.now() - started;
      if (!Number.isFinite(result.loss)) {
        milestones.push(milestone());
        tell(true);
        return;
      }
      losses.push(result.loss);
      accuracies.push(result.accuracy);
      pictures += result.pictures;
      if (current.step % MILESTONE_EVERY === 0) milestones.push(milestone());
      if (performance.now() - reported > REPORT_EVERY) tell(false);
      if (performance.now() - paused > PAUSE_EVERY) {
        await macrotask();
        paused = performance.now();
      }
    }
    if (milestones.at(-1)?.step !== current.step) milestones.push(milestone());
    tell(false);
  },

  /** Ends `train` after the step that it is at. */
  pause(): void {
    isWanted = false;
  },

  /** Other settings from the next step on. @returns the run as it now goes */
  change(settings: Partial<Settings>): Run {
    const current = running();
    current.run = changedAt(current.run, current.step, settings);
    return current.run;
  },

  /** Goes to a snapshot of the run, or of one that agrees with it so far. */
  restore(snapshot: Uint8Array): void {
    running().restore(snapshot);
  },

  inspect(picture: Float32Array, explained?: number): Inspection {
    return inspect(running().model, picture, explained);
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
