import { type Argument, defaultGenerator, kaimingNormal, Linear, Module, Sequential } from "@unfoldjs/nn";
import {
  adaptiveAvgPool2d,
  checkOptions,
  flatten,
  type Generator,
  inCall,
  type OptionChecks,
  relu,
  scope,
  type Tensor,
  truthValue,
  zeros,
} from "@unfoldjs/tensor-core";
import { BasicBlock, Bottleneck } from "../blocks/residual.ts";
import { assertChannels, assertProbability } from "../layers/arguments.ts";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { through } from "../layers/through.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  redraw,
  type StagePaths,
} from "./classifier.ts";
import { noSuchDepth } from "./vgg.ts";
import { joined, without } from "../layers/checks.ts";

/** Layers with weights (He et al. 2016, table 1). */
export type ResNetDepth = 18 | 34 | 50 | 101 | 152;

export interface ResNetOptions extends Omit<ClassifierOptions, "dropout"> {
  /** Channels of the first stage; each other has twice as many as the one before. Default 64. */
  readonly width?: number;
  /** Whether the last batch norm of each block starts as 0, and so the block as its shortcut (Goyal et al. 2017). Default false. */
  readonly zeroInitResidual?: boolean;
  /**
   * The probability with which, while learning, the last block is left out for an example; it grows to that block by block
   * (Huang et al. 2016). Default 0.
   */
  readonly dropPath?: number;
}

const CHECKS: OptionChecks<ResNetOptions> = /* @__PURE__ */ joined(
  /* @__PURE__ */ without(CLASSIFIER_CHECKS, "dropout"),
  {
    width: assertChannels,
    zeroInitResidual: truthValue,
    dropPath: assertProbability,
  },
);

const BASIC: Readonly<Record<number, readonly number[]>> = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] };
const BOTTLENECK: Readonly<Record<number, readonly number[]>> = {
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/**
 * ResNet (He et al. 2016, table 1), with torchvision's layers and keys: 7 × 7 and pooling, four stages of residual blocks, the
 * mean, one linear layer. From 50 on blocks are bottlenecks, whose stride is the 3 × 3 convolution's. ResNet-18 has 11,689,512
 * parameters, ResNet-50 25,557,032.
 *
 * Weights of convolutions start as Kaiming's, by what goes out.
 *
 * @example new ResNet(18, { classes: 10 })
 */
export class ResNet extends Module {
  static override readonly name: string = "ResNet";
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly maxpool: MaxPool2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly fc: Linear;
  readonly #depth: ResNetDepth;
  readonly #options: ResNetOptions;

  /** @throws ValueError if there is no such depth, or options make no sense */
  constructor(depth: ResNetDepth, options: ResNetOptions = {}) {
    super();
    const counts = typeof depth === "number" ? (BASIC[depth] ?? BOTTLENECK[depth]) : undefined;
    if (counts === undefined) throw noSuchDepth("ResNet", depth, "18, 34, 50, 101 or 152");
    checkOptions("ResNet", options, CHECKS);
    this.#depth = depth;
    this.#options = options;
    const {
      width = 64,
      classes: count = 1000,
      zeroInitResidual = false,
      generator: first = defaultGenerator(),
    } = options;
    const stages = stagesOf(depth, counts, width, options.dropPath ?? 0, drawingOptions(options));
    this.conv1 = new Conv2d(options.inChannels ?? 3, width, 7, {
      stride: 2,
      padding: 3,
      bias: false,
      generator: first,
    });
    this.bn1 = new BatchNorm2d(width);
    this.maxpool = new MaxPool2d(3, { stride: 2, padding: 1 });
    this.layer1 = stages(0);
    this.layer2 = stages(1);
    this.layer3 = stages(2);
    this.layer4 = stages(3);
    this.fc = new Linear(width * 8 * blockOf(depth).expansion, count, { generator: first });
    redraw(this, "keep", ({ weight: { shape } }) =>
      shape.length === 4 ? kaimingNormal(shape, { mode: "fanOut", nonlinearity: "relu", generator: first }) : undefined,
    );
    if (zeroInitResidual) startAsShortcuts(this);
  }

  /** @param x (batch, inChannels, height, width) @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertLeastPictures("ResNet", x, this.#options.inChannels ?? 3, 1);
    return inCall("ResNet", () => {
      const { conv1, bn1, maxpool, layer1, layer2, layer3, layer4, fc } = this;
      return through(x, conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, meansOf, fc);
    });
  }

  /** The layers before the first block, the paper's stages, and the head. */
  stagePaths(): StagePaths {
    const layers = ["layer1", "layer2", "layer3", "layer4"].map((name) => [name, [name]]);
    return { stem: ["conv1", "bn1", "maxpool"], ...Object.fromEntries(layers), head: ["fc"] };
  }

  override config(): readonly Argument[] | undefined {
    const options = configWith(this.#options, this.fc);
    return options === undefined ? undefined : [this.#depth, ...options];
  }
}

function blockOf(depth: ResNetDepth): typeof BasicBlock | typeof Bottleneck {
  return depth in BASIC ? BasicBlock : Bottleneck;
}

/** Makes the stages, in their order. */
function stagesOf(
  depth: ResNetDepth,
  counts: readonly number[],
  width: number,
  dropPath: number,
  drawing: { readonly generator?: Generator }, // the default one, where blocks have none
): (stage: number) => Sequential {
  const Block = blockOf(depth);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [from, at] = [width, 0];
  return (stage) => {
    const planes = width * 2 ** stage;
    const blocks = Array.from({ length: counts[stage] ?? 0 }, (_, i) => {
      const probability = (dropPath * at++) / Math.max(1, total - 1);
      const block = new Block(from, planes, {
        stride: i === 0 && stage > 0 ? 2 : 1,
        ...(probability > 0 && { dropPath: probability }),
        ...drawing,
      });
      from = planes * Block.expansion;
      return block;
    });
    return new Sequential(...blocks);
  };
}

function startAsShortcuts(model: ResNet): void {
  for (const [, layer] of model.namedModules()) {
    const last = layer instanceof Bottleneck ? layer.bn3 : layer instanceof BasicBlock ? layer.bn2 : undefined;
    scope(() => void last?.weight?.assign(zeros([last.numFeatures])));
  }
}

/** (batch, channels, height, width) as the means of channels, (batch, channels). */
export function meansOf(maps: Tensor): Tensor {
  return scope(() => flatten(adaptiveAvgPool2d(maps, 1), 1));
}
