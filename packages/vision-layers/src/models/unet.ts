import { type Argument, defaultGenerator, givenOptions, kaimingNormal, Module, type NamedMember } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  type Generator,
  inCall,
  oneOf,
  type OptionChecks,
  scope,
  ShapeError,
  sizeOf,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { joined, without } from "../layers/checks.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { CLASSIFIER_CHECKS, redraw } from "./classifier.ts";
import { DoubleConv, UNetUp, type UNetStepOptions } from "./unet-steps.ts";

/** Options of `UNet`. */
export interface UNetOptions extends UNetStepOptions {
  /** Numbers for each pixel of the result. Default 2, the paper's: cell or background. */
  readonly classes?: number;
  /** Channels of the pictures. Default 3. */
  readonly inChannels?: number;
  /** Channels of the first step; each way down doubles them. Default 64. */
  readonly width?: number;
  /** How often the picture is halved. Default 4. */
  readonly depth?: number;
}

const CHECKS: OptionChecks<UNetOptions> = /* @__PURE__ */ joined(
  /* @__PURE__ */ without(CLASSIFIER_CHECKS, "dropout"),
  {
    width: assertChannels,
    depth: assertDepth,
    padding: /* @__PURE__ */ oneOf("same", "valid"),
    upsampling: /* @__PURE__ */ oneOf("transposed", "bilinear"),
    batchNorm: truthValue,
  },
);

/** Deeper ones would have more channels than a picture has pixels. */
const DEEPEST = 8;

function assertDepth(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
  if (value <= DEEPEST) return;
  throw new ShapeError(op, { [name]: value }, `a picture can be halved ${DEEPEST} times at most`);
}

/**
 * U-Net (Ronneberger, Fischer & Brox 2015, figure 1): a number for each class and pixel, for segmentation, or a picture of a picture. Two
 * convolutions of 3 × 3 at each size, on a way down that halves and on a way up that joins what is seen there with what was
 * seen on the way down. With 3 channels, 2 classes and batch norm it has 31,037,698 parameters.
 *
 * By default, as is common since, pictures keep their size and convolutions have batch norms; `padding: "valid", batchNorm: false` is the
 * paper's, whose result of 572 × 572 is 388 × 388. Layers and keys are those of the widely used PyTorch-UNet (`inc`, `down1`, …, `up1`, …,
 * `outc`), whose files so fit.
 *
 * Weights start normal with deviation √(2 / fanIn), as the paper says.
 *
 * @example const model = new UNet({ classes: 3, width: 16 }); crossEntropy(model.forward(pictures), labels); // (batch, height, width)
 */
export class UNet extends Module {
  static override readonly name: string = "UNet";
  readonly pool: MaxPool2d;
  readonly downs: readonly DoubleConv[];
  readonly ups: readonly UNetUp[];
  readonly outc: Conv2d;
  readonly #options: UNetOptions;

  /** @throws ValueError, ShapeError on options that make no sense */
  constructor(options: UNetOptions = {}) {
    super();
    checkOptions("UNet", options, CHECKS);
    this.#options = options;
    const { classes = 2, inChannels = 3, width = 64, depth = 4, generator = defaultGenerator() } = options;
    inCall("UNet", () => sizeOf([width * 2 ** depth, width * 2 ** depth, 9]));
    const steps: UNetStepOptions & { generator: Generator } = { ...options, generator };
    const halved = options.upsampling === "bilinear" ? 2 : 1;
    const channelsAt = (level: number): number => width * 2 ** level;
    this.pool = new MaxPool2d(2);
    this.downs = Array.from({ length: depth + 1 }, (_, level) => {
      const from = level === 0 ? inChannels : channelsAt(level - 1);
      return new DoubleConv(from, channelsAt(level) / (level === depth ? halved : 1), steps);
    });
    this.ups = Array.from({ length: depth }, (_, at) => {
      const level = depth - at;
      return new UNetUp(channelsAt(level), channelsAt(level - 1) / (level === 1 ? 1 : halved), steps);
    });
    this.outc = new Conv2d(width, classes, 1, { generator });
    redraw(this, "keep", ({ weight: { shape } }) => kaimingNormal(shape, { nonlinearity: "relu", generator }));
  }

  /**
   * @param x (batch, inChannels, height, width)
   * @returns logits (batch, classes, height, width), with smaller pictures where padding is "valid"
   * @throws ShapeError on pictures of other channels, or too small to be halved so often
   */
  override forward(x: Tensor): Tensor {
    const { inChannels = 3 } = this.#options;
    assertPictures("UNet", x, inChannels);
    this.#assertLarge(x);
    return inCall("UNet", () =>
      scope(() => {
        const seen: Tensor[] = [];
        let y = x;
        for (const down of this.downs) {
          y = down.forward(seen.length === 0 ? y : this.pool.forward(y));
          seen.push(y);
        }
        for (const [at, up] of this.ups.entries()) y = up.forward(y, seen[seen.length - 2 - at] as Tensor);
        return this.outc.forward(y);
      }),
    );
  }

  override members(): Iterable<NamedMember> {
    const downs = this.downs.map((down, level): NamedMember => [
      `downs.${level}`,
      down,
      level === 0 ? "inc" : `down${level}.maxpool_conv.1`,
    ]);
    const ups = this.ups.map((up, at): NamedMember => [`ups.${at}`, up, `up${at + 1}`]);
    return [["pool", this.pool], ...downs, ...ups, ["outc", this.outc, "outc.conv"]];
  }

  override config(): readonly Argument[] {
    return givenOptions({ ...this.#options });
  }

  /** Before anything is computed: a picture must still be one at the bottom, and behind each step. */
  #assertLarge(x: Tensor): void {
    const { depth = 4, padding = "same" } = this.#options;
    const lost = padding === "valid" ? 4 : 0;
    for (const size of x.shape.slice(2)) {
      let left = size - lost;
      for (let level = 0; level < depth; level++) left = Math.floor(left / 2) - lost;
      for (let level = 0; level < depth; level++) left = left > 0 ? left * 2 - lost : left;
      if (left > 0) continue;
      const rule = `pictures must be large enough to be halved ${depth} times${lost > 0 ? " without padding" : ""}`;
      throw new ShapeError("UNet", { x: x.shape, depth }, rule, "use larger pictures, or a smaller depth");
    }
  }
}
