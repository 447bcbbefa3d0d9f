import type { Cell } from "../../look/cell.ts";
import { Latest } from "../../worker/latest.ts";
import type { LabWorker } from "../../worker/lab-worker.ts";
import type { LabState } from "./lab-state.ts";
import type { Explanation } from "./operation.ts";
import { type Layout, outputSide, samePadding } from "./sliding.ts";
import type { Slid } from "./sliding-operation.ts";
import type { EdgesApi } from "./worker.ts";

/** Between two windows while it plays, in milliseconds. */
const STEP_EVERY = 500;

/** How often pixels are used with a padding. */
export interface Usage {
  readonly layout: Layout;
  readonly corner: number;
  readonly most: number;
}

/** A window that slides over a small picture. */
export class Sliding {
  layout: Layout = $state.raw() as Layout;
  isPlaying = $state(false);

  /** Undefined if not one window fits. */
  slid: Slid | undefined = $state.raw();
  explanation: Explanation | undefined = $state.raw();
  /** With no padding, and with as much as keeps the size; undefined where a filter has no middle. */
  compared: { readonly valid: Usage; readonly same: Usage | undefined } | undefined = $state.raw();

  private asked = $state(0);
  /** What the numbers are of. */
  private counted: Layout | undefined;
  private readonly worker: LabWorker<EdgesApi>;
  private readonly failed: (error: unknown) => void;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly computing = new Latest(() => this.compute());

  /** @param failed is told what goes wrong in the worker, and of its end */
  constructor(worker: LabWorker<EdgesApi>, { n, f, p, s, d, window }: LabState, failed: (error: unknown) => void) {
    this.worker = worker;
    this.failed = failed;
    this.layout = { n, f, p, s, d };
    this.asked = window;
  }

  /** Windows in a row, and in a column. */
  get side(): number {
    return outputSide(this.layout);
  }

  /** The window, counted row by row. */
  get window(): number {
    return Math.max(0, Math.min(this.asked, this.side ** 2 - 1));
  }

  get at(): Cell {
    const { window, side } = this;
    return side === 0 ? { row: 0, column: 0 } : { row: Math.floor(window / side), column: window % side };
  }

  /** Computes anew: something has changed, or a lost worker has a successor. */
  async refresh(): Promise<void> {
    await this.computing.run();
  }

  change(change: Partial<Layout>): void {
    const { row, column } = this.at;
    this.layout = { ...this.layout, ...change };
    // The window stays where it is, as far as there is one.
    this.asked = Math.min(row, this.side - 1) * this.side + Math.min(column, this.side - 1);
    if (this.side === 0) this.pause();
    void this.refresh();
  }

  /** Goes to a window, within bounds. */
  go(window: number): void {
    this.asked = Math.max(0, Math.min(this.side ** 2 - 1, window));
    void this.refresh();
  }

  /** A person goes to a window: it does not go on by itself. */
  goTo({ row, column }: Cell): void {
    this.pause();
    const within = (place: number): number => Math.min(this.side - 1, Math.max(0, place));
    this.go(within(row) * this.side + within(column));
  }

  /** Goes on by itself, from the beginning if it is at the end. */
  play(): void {
    if (this.window === this.side ** 2 - 1) this.go(0);
    this.isPlaying = true;
    this.timer = setInterval(() => {
      this.go(this.window + 1);
      if (this.window === this.side ** 2 - 1) this.pause();
    }, STEP_EVERY);
  }

  pause(): void {
    this.isPlaying = false;
    clearInterval(this.timer);
  }

  private async compute(): Promise<void> {
    const { layout, at, side } = this;
    try {
      if (this.counted !== layout) await this.count(layout);
      this.explanation = side === 0 ? undefined : await this.worker.use((api) => api.explainSliding(layout, at));
    } catch (error) {
      this.failed(error);
    }
  }

  private async count(layout: Layout): Promise<void> {
    const padding = samePadding(layout);
    const [slid, valid, same] = await Promise.all([
      outputSide(layout) === 0 ? undefined : this.worker.use((api) => api.slide(layout)),
      this.usage({ ...layout, p: 0 }),
      padding === undefined ? undefined : this.usage({ ...layout, p: padding }),
    ]);
    this.slid = slid;
    this.compared = { valid, same };
    this.counted = layout;
  }

  private async usage(layout: Layout): Promise<Usage> {
    const uses = await this.worker.use((api) => api.usesOf(layout));
    return { layout, corner: uses[0] ?? 0, most: Math.max(...uses) };
  }
}
