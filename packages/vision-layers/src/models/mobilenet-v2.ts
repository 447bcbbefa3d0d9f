import {
  type Argument,
  defaultGenerator,
  Dropout,
  kaimingNormal,
  Linear,
  Module,
  normal,
  Sequential,
} from "@unfoldjs/nn";
import {
  assertFinite,
  checkOptions,
  inCall,
  type OptionChecks,
  sizeOf,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { Conv2dNormActivation } from "../blocks/conv-norm.ts";
import { InvertedResidual } from "../blocks/inverted-residual.ts";
import { through } from "../layers/through.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  lastOf,
  redraw,
  type StagePaths,
} from "./classifier.ts";
import { meansOf } from "./resnet.ts";
import { joined } from "../layers/checks.ts";

export interface MobileNetV2Options extends ClassifierOptions {
  /** What numbers of channels are multiplied by, and then rounded to eights. Default 1. */
  readonly widthMultiplier?: number;
}

const CHECKS: OptionChecks<MobileNetV2Options> = /* @__PURE__ */ joined(CLASSIFIER_CHECKS, {
  widthMultiplier: (op: string, name: string, value: unknown) => {
    assertFinite(op, name, value);
    if (value <= 0) throw new ValueError(op, { [name]: value }, "widthMultiplier must be more than 0");
    inCall(op, () => sizeOf([Math.ceil(1280 * value), 4096]));
  },
});

/** Expansion, channels, blocks and stride of each stage (Sandler et al. 2018, table 2). */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/**
 * MobileNetV2 (Sandler et al. 2018, table 2), with torchvision's layers and keys: 3,504,872 parameters and 300 million
 * multiply-adds at 224 × 224.
 *
 * Weights of convolutions start as Kaiming's, by what goes out; those of the linear layer normal with deviation 0.01.
 */
export class MobileNetV2 extends Module {
  static override readonly name: string = "MobileNetV2";
  readonly features: Sequential;
  readonly classifier: Sequential;
  readonly #options: MobileNetV2Options;

  /** @throws ValueError on options that make no sense */
  constructor(options: MobileNetV2Options = {}) {
    super();
    checkOptions("MobileNetV2", options, CHECKS);
    this.#options = options;
    const {
      inChannels = 3,
      classes = 1000,
      dropout = 0.2,
      widthMultiplier = 1,
      generator = defaultGenerator(),
    } = options;
    const relu6 = { activation: "relu6", generator } as const;
    const first = toEights(32 * widthMultiplier);
    const last = toEights(1280 * Math.max(1, widthMultiplier));
    let from = first;
    const blocks = STAGES.flatMap(([expand, channels, count, stride]) => {
      const to = toEights(channels * widthMultiplier);
      return Array.from({ length: count }, (_, at) => {
        const block = new InvertedResidual(from, to, at === 0 ? stride : 1, expand, { generator });
        from = to;
        return block;
      });
    });
    this.features = new Sequential(
      new Conv2dNormActivation(inChannels, first, 3, { ...relu6, stride: 2 }),
      ...blocks,
      new Conv2dNormActivation(from, last, 1, relu6),
    );
    this.classifier = new Sequential(
      new Dropout(dropout, drawingOptions(options)),
      new Linear(last, classes, { generator }),
    );
    redraw(this, "zero", ({ weight: { shape } }) =>
      shape.length === 4
        ? kaimingNormal(shape, { mode: "fanOut", generator })
        : normal(shape, { deviation: 0.01, generator }),
    );
  }

  /** @param x (batch, inChannels, height, width) @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertLeastPictures("MobileNetV2", x, this.#options.inChannels ?? 3, 1);
    return inCall("MobileNetV2", () => through(x, this.features, meansOf, this.classifier));
  }

  /** The first convolution, the paper's stages, the last convolution, and the head. */
  stagePaths(): StagePaths {
    let at = 1;
    const stages = STAGES.map(([, , count], stage) => {
      const paths = Array.from({ length: count }, () => `features.${at++}`);
      return [`stage${stage + 1}`, paths];
    });
    return { stem: ["features.0"], ...Object.fromEntries(stages), last: [`features.${at}`], head: ["classifier"] };
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.#options, lastOf(this.classifier, 2));
  }
}

/** The multiple of 8 that is nearest, from 8 up and not below nine tenths: torchvision's `_make_divisible`. */
function toEights(channels: number): number {
  const near = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return near < 0.9 * channels ? near + 8 : near;
}
