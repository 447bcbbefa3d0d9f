import { type Layer, Module, ReLU, Sequential } from "@unfoldjs/nn";
import { concat, type Generator, pad, scope, type Tensor } from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { ConvTranspose2d } from "../layers/conv-transpose.ts";
import { Upsample } from "../layers/resize.ts";

/** What the steps of a U-Net have in common. */
export interface UNetStepOptions {
  /** "same" keeps the pictures' size, "valid" takes two pixels with each pair of convolutions on each side, as the paper. Default "same". */
  readonly padding?: "same" | "valid";
  /** What doubles the picture: a convolution that is learned, or lines between pixels. Default "transposed", as in the paper. */
  readonly upsampling?: "transposed" | "bilinear";
  /** Whether a batch norm stands behind each 3 × 3 convolution, which then has no bias. Default true; the paper has none. */
  readonly batchNorm?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

/** Two convolutions of 3 × 3, each with batch norm, unless it is not wanted, and relu. */
export class DoubleConv extends Module {
  static override readonly name: string = "DoubleConv";
  readonly doubleConv: Sequential;

  /** @param between channels between the two; default `outChannels` */
  constructor(inChannels: number, outChannels: number, options: UNetStepOptions, between: number = outChannels) {
    super();
    const { padding = "same", batchNorm = true, generator } = options;
    const step = (from: number, to: number): Layer[] => [
      new Conv2d(from, to, 3, {
        padding: padding === "same" ? 1 : 0,
        bias: !batchNorm,
        ...(generator !== undefined && { generator }),
      }),
      ...(batchNorm ? [new BatchNorm2d(to)] : []),
      new ReLU(),
    ];
    this.doubleConv = new Sequential(...step(inChannels, between), ...step(between, outChannels));
  }

  override forward(x: Tensor): Tensor {
    return this.doubleConv.forward(x);
  }
}

/** A step of the way up: twice as large, beside what was seen at that size, and two convolutions of both. */
export class UNetUp extends Module {
  static override readonly name: string = "UNetUp";
  readonly up: ConvTranspose2d | Upsample;
  readonly conv: DoubleConv;
  readonly #isPadded: boolean;

  /** @param inChannels of both together */
  constructor(inChannels: number, outChannels: number, options: UNetStepOptions) {
    super();
    const { upsampling = "transposed", generator } = options;
    this.#isPadded = options.padding !== "valid";
    const isLearned = upsampling === "transposed";
    this.up = isLearned
      ? new ConvTranspose2d(inChannels, inChannels / 2, 2, { stride: 2, ...(generator !== undefined && { generator }) })
      : new Upsample({ scaleFactor: 2, mode: "bilinear", alignCorners: true });
    this.conv = new DoubleConv(inChannels, outChannels, options, isLearned ? outChannels : inChannels / 2);
  }

  /** @param below (batch, channels, height, width) @param beside what was seen on the way down, about twice as large */
  override forward(below: Tensor, beside: Tensor): Tensor {
    return scope(() => {
      const larger = this.up.forward(below);
      // Without padding more was seen, and its middle is taken; with it a row may be missing, where an odd number was halved.
      const [seen, doubled] = this.#isPadded ? [beside, fitted(larger, beside)] : [fitted(beside, larger), larger];
      return this.conv.forward(concat([seen, doubled], 1));
    });
  }
}

/** With zeros around it, or without its borders, as large as another one; of an odd number the larger half comes last. */
function fitted(x: Tensor, { shape }: Tensor): Tensor {
  const margins = [2, 3].map((axis) => {
    const more = (shape[axis] ?? 0) - (x.shape[axis] ?? 0);
    const before = Math.trunc(more / 2);
    return [before, more - before] as const;
  });
  return margins.flat().every((margin) => margin === 0) ? x : pad(x, margins);
}
