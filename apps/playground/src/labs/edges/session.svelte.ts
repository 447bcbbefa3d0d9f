import type { Cell } from "../../look/cell.ts";
import { Pin } from "../../look/pin.svelte.ts";
import { Latest } from "../../worker/latest.ts";
import type { LabWorker } from "../../worker/lab-worker.ts";
import { Camera } from "./camera.ts";
import { type Kernel, SIDE, sideOf } from "./kernels.ts";
import type { LabState } from "./lab-state.ts";
import type { Explained, Filtered, Measure, Operation, Picture } from "./operation.ts";
import { readPhoto } from "./photo.ts";
import type { Pixels, Size } from "./pixels.ts";
import { photographs, type Sample, sampleSizes, step } from "./samples.ts";
import type { EdgesApi } from "./worker.ts";

/** How often the camera's rate is told, in milliseconds. */
const RATE_EVERY = 500;

/** One picture, one kernel, and what comes out. */
export class Session {
  /** The sample that is shown, or that a link shows instead of a photo. */
  sample: Sample = $state("flower");
  origin: "sample" | "own" | "camera" = $state("sample");
  measure: Measure = $state("kernel");
  kernel: Kernel = $state.raw([]);
  mode: Operation["mode"] = $state("correlation");
  padding: Operation["padding"] = $state("valid");
  /** What follows this kernel in Digits, if it was learned there; until it is another one. */
  bias: number | undefined = $state();
  /** The number that is pointed at or pinned. */
  readonly pin: Pin<Cell>;

  picture: Picture | undefined = $state.raw();
  filtered: Filtered | undefined = $state.raw();
  /** Where the number at `at` comes from. */
  explained: (Explained & { readonly at: Cell }) | undefined = $state.raw();
  /** Pictures of the camera that are filtered in a second. */
  rate: number | undefined = $state();

  private readonly worker: LabWorker<EdgesApi>;
  private readonly failed: (error: unknown) => void;
  /** What is to be filtered; a picture in colours is made grey first. */
  private source: Pixels | Picture | undefined;
  private greyed: Pixels | Picture | undefined;
  private camera: Camera | undefined;
  /** How often a source was asked for: of two that load at once the later one counts. */
  private asked = 0;
  private readonly filtering = new Latest(() => this.filter());
  private readonly explaining = new Latest(() => this.explain());

  /** @param failed is told what goes wrong in the worker, of its end, and of samples that do not come */
  constructor(worker: LabWorker<EdgesApi>, state: LabState, failed: (error: unknown) => void) {
    this.worker = worker;
    this.failed = failed;
    this.sample = state.picture;
    this.measure = state.measure;
    this.kernel = state.kernel;
    this.mode = state.mode;
    this.padding = state.padding;
    this.bias = state.bias;
    this.pin = new Pin(state.at, () => void this.explaining.run());
  }

  /** The number that is explained: the one pinned or pointed at, or the one farthest from 0. */
  get at(): Cell | undefined {
    const { pin, filtered } = this;
    if (filtered === undefined) return undefined;
    const { place } = pin;
    const isInside = place !== undefined && place.row < filtered.rows && place.column < filtered.columns;
    return isInside ? place : filtered.strongest;
  }

  get operation(): Operation {
    return { measure: this.measure, kernel: this.kernel, mode: this.mode, padding: this.padding };
  }

  /** The picture's, or what it will be once it has come. */
  get size(): Size {
    const { picture, sample } = this;
    return picture === undefined ? sampleSizes[sample] : { width: picture.columns, height: picture.rows };
  }

  /** Rows and columns of what is laid on the picture. */
  get side(): number {
    return this.measure === "kernel" ? sideOf(this.kernel) : SIDE;
  }

  /** Whether what is laid on the picture fits into it, with its padding. */
  get fits(): boolean {
    const { size, padding, side } = this;
    return padding === "same" || Math.min(size.height, size.width) >= side;
  }

  change(operation: Partial<Operation>): void {
    Object.assign(this, operation);
    if (operation.kernel !== undefined) this.bias = undefined;
    void this.refresh();
  }

  /** Filters anew: something has changed, or a lost worker has a successor. */
  async refresh(): Promise<void> {
    await this.filtering.run();
  }

  async showSample(sample: Sample): Promise<void> {
    this.sample = sample;
    try {
      await this.show("sample", () => load(sample));
    } catch (error) {
      this.failed(error);
    }
  }

  /** @throws PhotoError if no picture can be made of it; the one that was there stays */
  async showPhoto(file: Blob): Promise<void> {
    await this.show("own", () => readPhoto(file));
  }

  private async show(origin: "sample" | "own", read: () => Promise<Pixels | Picture>): Promise<void> {
    const turn = ++this.asked;
    const source = await read();
    if (turn !== this.asked) return;
    this.stopCamera();
    const isFirst = this.picture === undefined;
    this.origin = origin;
    this.source = source;
    if (!isFirst) this.pin.clear(); // a place of the picture before
    await this.refresh();
  }

  /** Filters what the camera sees until it is stopped. @throws CameraError if there is none */
  async startCamera(): Promise<void> {
    const turn = ++this.asked;
    const camera = await Camera.start();
    if (turn !== this.asked) return camera.stop();
    this.camera = camera;
    this.origin = "camera";
    let [frames, since] = [0, performance.now()];
    while (this.camera === camera) {
      const frame = await camera.frame();
      if (frame === undefined || this.camera !== camera) break;
      this.source = frame;
      await this.refresh();
      frames++;
      const passed = performance.now() - since;
      if (passed < RATE_EVERY) continue;
      this.rate = (1000 * frames) / passed;
      [frames, since] = [0, performance.now()];
    }
    if (this.camera === camera) this.stopCamera();
  }

  /** The last picture stays. */
  stopCamera(): void {
    if (this.camera === undefined) return;
    this.camera.stop();
    this.camera = undefined;
    this.origin = "own";
    this.rate = undefined;
  }

  /** A hidden page's camera takes no pictures. */
  hide(isHidden: boolean): void {
    this.camera?.rest(isHidden);
  }

  dispose(): void {
    this.asked++;
    this.stopCamera();
  }

  private async filter(): Promise<void> {
    const { source, operation } = this;
    if (source === undefined) return; // the first is still loading
    try {
      let { picture } = this;
      if (this.greyed !== source || picture === undefined) {
        picture = "white" in source ? source : await this.worker.use((api) => api.grey(source));
      }
      const whole = picture;
      [this.greyed, this.picture] = [source, whole];
      this.filtered = this.fits ? await this.worker.use((api) => api.filter(whole, operation)) : undefined;
    } catch (error) {
      this.failed(error);
    }
    await this.explaining.run();
  }

  private async explain(): Promise<void> {
    const { picture, operation, at } = this;
    if (picture === undefined || at === undefined) {
      this.explained = undefined;
      return;
    }
    try {
      const explanation = await this.worker.use((api) => api.explain(picture, operation, at));
      this.explained = { ...explanation, at };
    } catch (error) {
      this.failed(error);
    }
  }
}

async function load(sample: Sample): Promise<Pixels | Picture> {
  if (sample === "step") return step;
  const response = await fetch(photographs[sample]);
  if (!response.ok) throw new Error(`${response.url} could not be fetched: ${response.status}`);
  return readPhoto(await response.blob());
}
