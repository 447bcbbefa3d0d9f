import { Latest } from "../../worker/latest.ts";
import type { LabWorker } from "../../worker/lab-worker.ts";
import type { LabState } from "./lab-state.ts";
import type { Explanation } from "./operation.ts";
import { type Colours, type Filters, STEPS } from "./volume.ts";
import type { EdgesApi } from "./worker.ts";

/** Between two steps while it plays, in milliseconds. */
const STEP_EVERY = 700;

/** Two filters on a picture of three channels, number by number. */
export class Stepping {
  colours: Colours = $state("");
  filters: Filters = $state.raw() as Filters;
  /** The number that was computed last. */
  step = $state(0);
  isPlaying = $state(false);

  /** (2, 4, 4), all of it: what is not yet computed is not shown. */
  output: Float32Array | undefined = $state.raw();
  explanation: Explanation | undefined = $state.raw();

  private readonly worker: LabWorker<EdgesApi>;
  private readonly failed: (error: unknown) => void;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly computing = new Latest(() => this.compute());

  /** @param failed is told what goes wrong in the worker, and of its end */
  constructor(worker: LabWorker<EdgesApi>, state: LabState, failed: (error: unknown) => void) {
    this.worker = worker;
    this.failed = failed;
    this.colours = state.colours;
    this.filters = state.filters;
    this.step = state.step;
  }

  /** Computes anew: something has changed, or a lost worker has a successor. */
  async refresh(): Promise<void> {
    await this.computing.run();
  }

  paint(colours: Colours): void {
    this.colours = colours;
    void this.refresh();
  }

  /** Lays other filters on it. */
  lay(filters: Filters): void {
    this.filters = filters;
    void this.refresh();
  }

  /** Goes to a step, within bounds. */
  go(step: number): void {
    this.step = Math.min(STEPS - 1, Math.max(0, step));
    void this.refresh();
  }

  /** Goes on by itself, from the beginning if it is at the end. */
  play(): void {
    if (this.step === STEPS - 1) this.go(0);
    this.isPlaying = true;
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === STEPS - 1) this.pause();
    }, STEP_EVERY);
  }

  pause(): void {
    this.isPlaying = false;
    clearInterval(this.timer);
  }

  private async compute(): Promise<void> {
    const { colours, filters, step } = this;
    try {
      const output = await this.worker.use((api) => api.filterVolume(colours, filters));
      const explanation = await this.worker.use((api) => api.explainStep(colours, filters, step));
      [this.output, this.explanation] = [output, explanation];
    } catch (error) {
      this.failed(error);
    }
  }
}
