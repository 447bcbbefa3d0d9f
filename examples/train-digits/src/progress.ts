import { writeSync } from "node:fs";

/** Lines for each epoch where there is no terminal to draw in. */
const PLAIN_LINES_PER_EPOCH = 5;
/** Milliseconds between two drawings of the live line. */
const REDRAW_INTERVAL = 100;
/** Share of a step in the running loss and accuracy: about the last hundred steps count. */
const SMOOTHING = 0.02;

/** How much there is to do. */
interface Workload {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** Where progress is drawn: a terminal's line is written over, other streams get lines. */
export interface Display {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Written at once, also while the training loop keeps the event loop busy. */
const STANDARD_OUTPUT: Display = {
  isTerminal: process.stdout.isTTY,
  write: (text) => void writeSync(process.stdout.fd, text),
};

/** Tells how training goes, step by step, and remembers the losses and the time it took. */
export class Progress {
  /** The loss of each step. */
  readonly losses: number[] = [];
  private readonly work: Workload;
  private readonly display: Display;
  private readonly now: () => number;
  private readonly start: number;
  private end: number;
  private images = 0;
  private loss = 0;
  private accuracy = 0;
  private lastDrawn = -Infinity;

  constructor(work: Workload, display: Display = STANDARD_OUTPUT, now: () => number = () => performance.now()) {
    this.work = work;
    this.display = display;
    this.now = now;
    this.start = this.end = now();
  }

  /** Notes one step: its loss, the share of its pictures that were recognised, and how many there are. */
  step({ loss, accuracy, images }: { loss: number; accuracy: number; images: number }): void {
    this.losses.push(loss);
    this.end = this.now();
    this.images += images;
    // The first steps weigh more, so that the running mean does not start at 0.
    const share = Math.max(SMOOTHING, 1 / this.steps);
    this.loss += share * (loss - this.loss);
    this.accuracy += share * (accuracy - this.accuracy);
    this.draw();
  }

  /** Steps done. */
  get steps(): number {
    return this.losses.length;
  }

  /** Seconds from the start to the last step. */
  get seconds(): number {
    return (this.end - this.start) / 1000;
  }

  get imagesPerSecond(): number {
    return this.seconds > 0 ? this.images / this.seconds : 0;
  }

  private draw(): void {
    const { epochs, stepsPerEpoch } = this.work;
    const step = this.steps;
    const inEpoch = ((step - 1) % stepsPerEpoch) + 1;
    const isEpochEnd = inEpoch === stepsPerEpoch;
    if (this.display.isTerminal) {
      if (!isEpochEnd && this.end - this.lastDrawn < REDRAW_INTERVAL) return;
      this.lastDrawn = this.end;
      this.display.write(`\r\x1b[2K${this.line(step, inEpoch)}${isEpochEnd ? "\n" : ""}`);
      return;
    }
    const part = (at: number): number => Math.floor((at * PLAIN_LINES_PER_EPOCH) / stepsPerEpoch);
    if (part(inEpoch) > part(inEpoch - 1) && step <= epochs * stepsPerEpoch)
      this.display.write(`${this.line(step, inEpoch)}\n`);
  }

  private line(step: number, inEpoch: number): string {
    const { epochs, stepsPerEpoch } = this.work;
    const left = (this.seconds / step) * (epochs * stepsPerEpoch - step);
    return [
      `epoch ${Math.ceil(step / stepsPerEpoch)}/${epochs}`,
      `step ${String(inEpoch).padStart(String(stepsPerEpoch).length)}/${stepsPerEpoch}`,
      `loss ${this.loss.toFixed(4)}`,
      `accuracy ${(100 * this.accuracy).toFixed(1).padStart(5)} %`,
      `${Math.round(this.imagesPerSecond).toLocaleString("en").padStart(6)} images/s`,
      `${Math.ceil(left)} s left`,
    ].join("  ");
  }
}
