import { LabWorker } from "../../worker/lab-worker.ts";
import { type Kernel, kernelNamed } from "./kernels.ts";
import type { Filtered, Picture } from "./operation.ts";
import { pixelsOf, workingSize } from "./pixels.ts";
import { photographs } from "./samples.ts";
import type { EdgesApi } from "./worker.ts";

/** Degrees from one look to the next, and milliseconds between them. */
const TURN = 6;
const EVERY = 120;

/** A photograph under a kernel that turns: what edges across each direction come to. */
export class Turning {
  kernel: Kernel = $state.raw(turned(0));
  filtered: Filtered | undefined = $state.raw();
  /** Why there is nothing to see. */
  reason: string | undefined = $state();

  private readonly worker: LabWorker<EdgesApi>;
  private opened: Promise<Picture> | undefined;
  private angle = 0;
  private isWanted = false;
  private isGoing = false;

  constructor() {
    this.worker = new LabWorker(
      () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      (reason) => (this.reason = reason),
    );
  }

  /** Turns, until it is told to rest. */
  async goOn(): Promise<void> {
    await this.inTurn(async (picture) => {
      while (this.isWanted) {
        await this.filter(picture);
        this.angle = (this.angle + TURN) % 360;
        await new Promise((resolve) => setTimeout(resolve, EVERY));
      }
    });
  }

  /** Shows the one direction that it stands in. */
  async finish(): Promise<void> {
    await this.inTurn((picture) => this.filter(picture));
  }

  rest(): void {
    this.isWanted = false;
  }

  dispose(): void {
    this.rest();
    this.worker.dispose();
  }

  private async filter(picture: Picture): Promise<void> {
    const kernel = turned(this.angle);
    const operation = { measure: "kernel", kernel, mode: "correlation", padding: "valid" } as const;
    this.filtered = await this.worker.use((api) => api.filter(picture, operation));
    this.kernel = kernel;
  }

  private async inTurn(action: (picture: Picture) => Promise<void>): Promise<void> {
    this.isWanted = true;
    if (this.isGoing || this.reason !== undefined) return;
    this.isGoing = true;
    try {
      await action(await (this.opened ??= this.open()));
    } catch (error) {
      this.reason = error instanceof Error ? error.message : String(error);
    }
    this.isGoing = false;
  }

  private async open(): Promise<Picture> {
    const image = new Image();
    image.src = photographs.boats;
    await Promise.all([this.worker.use((api) => api.open()), image.decode()]);
    const pixels = pixelsOf(image, workingSize({ width: image.naturalWidth, height: image.naturalHeight }));
    return this.worker.use((api) => api.grey(pixels));
  }
}

/**
 * Sobel's kernel turned by an angle: the two that it has are a picture's slopes to the right and downwards, and a slope in any
 * direction is made of those (Freeman & Adelson 1991, eq. 3). With one digit, as it is shown.
 */
function turned(degrees: number): Kernel {
  const angle = (degrees * Math.PI) / 180;
  const [across, down] = [kernelNamed("sobel.vertical"), kernelNamed("sobel.horizontal")];
  return across.map((weight, i) => Math.round(10 * (Math.cos(angle) * weight + Math.sin(angle) * (down[i] ?? 0))) / 10);
}
