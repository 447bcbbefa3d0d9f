import { proxy } from "comlink";
import { rootFrom } from "../../pages.ts";
import { LabWorker } from "../../worker/lab-worker.ts";
import type { Milestone, Report } from "./report.ts";
import type { Run } from "./run.ts";
import type { DigitsApi, Sample } from "./worker.ts";

/** A small network, quick to learn. */
const RUN: Run = { lr: 0.005, batch: 32, dropout: 0, filters: 4, kernel: 5, seed: 1, changes: [], steps: 0 };
/** Steps of one life, and between two looks at it. */
const LIFE = 160;
const STRIDE = 2;
/** Milliseconds between two looks, and from a life to the next. */
const LOOK_EVERY = 160;
const REST = 4000;

/** Networks that learn a few digits, one after the other, and what each reads on its way. */
export class Living {
  samples: readonly Sample[] = $state.raw([]);
  /** What the network has come to. */
  now: Omit<Milestone, "snapshot"> | undefined = $state.raw();
  /** Why there is nothing to see. */
  reason: string | undefined = $state();

  private readonly worker: LabWorker<DigitsApi>;
  private opened: Promise<void> | undefined;
  private lives = 0;
  private isWanted = false;
  private isGoing = false;

  constructor() {
    this.worker = new LabWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (reason) => (this.reason = reason),
    );
  }

  /** Learns, until it is told to rest. */
  async goOn(): Promise<void> {
    await this.inTurn(async () => {
      while (this.isWanted) {
        if ((this.now?.step ?? 0) >= LIFE) {
          await sleep(REST);
          if (this.isWanted) await this.begin();
        } else await this.worker.use((api) => api.train((this.now?.step ?? 0) + STRIDE));
        await sleep(LOOK_EVERY);
      }
    });
  }

  /** Learns a whole life at once, and shows what came of it. */
  async finish(): Promise<void> {
    await this.inTurn(async () => {
      if ((this.now?.step ?? 0) < LIFE) await this.worker.use((api) => api.train(LIFE));
    });
  }

  rest(): void {
    this.isWanted = false;
  }

  dispose(): void {
    this.rest();
    this.worker.dispose();
  }

  private async inTurn(action: () => Promise<void>): Promise<void> {
    this.isWanted = true;
    if (this.isGoing || this.reason !== undefined) return;
    this.isGoing = true;
    try {
      await (this.opened ??= this.open());
      await action();
    } catch (error) {
      this.reason = error instanceof Error ? error.message : String(error);
    }
    this.isGoing = false;
  }

  private async open(): Promise<void> {
    const root = new URL(rootFrom(location.pathname), location.href).href;
    const onReport = proxy(async ({ milestones }: Report) => void (this.now = milestones.at(-1) ?? this.now));
    const opened = await this.worker.use((api) => api.open(root, proxy(ignore), onReport, "few"));
    this.samples = opened.samples;
    await this.begin();
  }

  private async begin(): Promise<void> {
    const run = { ...RUN, seed: RUN.seed + this.lives++ };
    this.now = await this.worker.use((api) => api.begin(run));
  }
}

function ignore(): void {}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
