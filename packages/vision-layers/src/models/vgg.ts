import {
  type AnyModule,
  type Argument,
  defaultGenerator,
  Dropout,
  kaimingNormal,
  type Layer,
  Linear,
  Module,
  normal,
  ReLU,
  Sequential,
} from "@unfoldjs/nn";
import { checkOptions, flatten, inCall, type Tensor, truthValue, ValueError } from "@unfoldjs/tensor-core";
import { AdaptiveAvgPool2d } from "../layers/adaptive-pooling.ts";
import { assertChannels } from "../layers/arguments.ts";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { through } from "../layers/through.ts";
import type { HiddenOptions } from "./alexnet.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  configWith,
  drawingOptions,
  lastOf,
  redraw,
  type StagePaths,
} from "./classifier.ts";

/** Layers with weights: the paper's configurations A, B, D and E. */
export type VGGDepth = 11 | 13 | 16 | 19;

export interface VGGOptions extends HiddenOptions {
  /** Whether a batch norm follows each convolution, as in torchvision's `vgg16_bn`. Default false. */
  readonly batchNorm?: boolean;
}

/** How many convolutions each of the five stages has, of 64, 128, 256, 512 and 512 channels. */
const STAGES: Readonly<Record<VGGDepth, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

/**
 * VGG (Simonyan & Zisserman 2015, table 1), with torchvision's layers and keys: 3 × 3 convolutions, of which two see as much as
 * one of 5 × 5, and a pooling after each stage. VGG-16 has 138,357,544 parameters, most of them in the first linear layer.
 *
 * Weights of convolutions start as Kaiming's, by what goes out; those of linear layers normal with deviation 0.01; biases as 0.
 *
 * @example new VGG(16, { batchNorm: true, classes: 10 })
 */
export class VGG extends Module {
  static override readonly name: string = "VGG";
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly classifier: Sequential;
  readonly #depth: VGGDepth;
  readonly #options: VGGOptions;

  /** @throws ValueError if there is no such configuration, or options make no sense */
  constructor(depth: VGGDepth, options: VGGOptions = {}) {
    super();
    if (!([11, 13, 16, 19] as unknown[]).includes(depth)) throw noSuchDepth("VGG", depth, "11, 13, 16 or 19");
    checkOptions<VGGOptions>("VGG", options, {
      ...CLASSIFIER_CHECKS,
      hiddenFeatures: assertChannels,
      batchNorm: truthValue,
    });
    this.#depth = depth;
    this.#options = options;
    const { classes = 1000, dropout = 0.5, hiddenFeatures = 4096, generator = defaultGenerator() } = options;
    this.features = new Sequential(...layersOf(depth, options));
    this.avgpool = new AdaptiveAvgPool2d(7);
    this.classifier = new Sequential(
      new Linear(512 * 7 * 7, hiddenFeatures, { generator }),
      new ReLU(),
      new Dropout(dropout, drawingOptions(options)),
      new Linear(hiddenFeatures, hiddenFeatures, { generator }),
      new ReLU(),
      new Dropout(dropout, drawingOptions(options)),
      new Linear(hiddenFeatures, classes, { generator }),
    );
    redraw(this, "zero", ({ weight: { shape } }) =>
      shape.length === 4
        ? kaimingNormal(shape, { mode: "fanOut", nonlinearity: "relu", generator })
        : normal(shape, { deviation: 0.01, generator }),
    );
  }

  /** @param x (batch, inChannels, height, width), 32 × 32 at least @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertLeastPictures("VGG", x, this.#options.inChannels ?? 3, 32);
    return inCall("VGG", () => through(x, this.features, this.avgpool, (maps) => flatten(maps, 1), this.classifier));
  }

  /** The five stages between poolings, and the linear layers. */
  stagePaths(): StagePaths {
    const stages: [string, string[]][] = [];
    let ended = true;
    for (const [at, layer] of this.features.layers.entries()) {
      if (ended) stages.push([`stage${stages.length + 1}`, []]);
      stages.at(-1)?.[1].push(`features.${at}`);
      ended = layer instanceof MaxPool2d;
    }
    return { ...Object.fromEntries(stages), ...hiddenAndHead(this.classifier) };
  }

  override config(): readonly Argument[] | undefined {
    const options = configWith(this.#options, lastOf(this.classifier, 7));
    return options === undefined ? undefined : [this.#depth, ...options];
  }
}

/** Each linear layer of a classifier with what follows it; the last one is the head. */
function hiddenAndHead(classifier: AnyModule): StagePaths {
  if (!(classifier instanceof Sequential)) return { head: ["classifier"] }; // another head, in place of all of it
  const { layers } = classifier;
  const starts = layers.flatMap((layer, at) => (layer instanceof Linear ? [at] : []));
  const stages = starts.map((start, i) => {
    const end = starts[i + 1] ?? layers.length;
    const paths = Array.from({ length: end - start }, (_, at) => `classifier.${start + at}`);
    return [i === starts.length - 1 ? "head" : `hidden${i + 1}`, paths];
  });
  return Object.fromEntries(stages) as StagePaths;
}

function layersOf(depth: VGGDepth, { inChannels = 3, batchNorm = false, generator }: VGGOptions): Layer[] {
  const drawn = { padding: 1, ...(generator && { generator }) };
  let from = inChannels;
  return STAGES[depth].flatMap((count, stage): Layer[] => {
    const to = Math.min(512, 64 * 2 ** stage);
    const convolutions = Array.from({ length: count }, (): Layer[] => {
      const conv = new Conv2d(from, to, 3, drawn);
      from = to;
      return batchNorm ? [conv, new BatchNorm2d(to), new ReLU()] : [conv, new ReLU()];
    });
    return [...convolutions.flat(), new MaxPool2d(2)];
  });
}

export function noSuchDepth(model: string, depth: unknown, known: string): ValueError {
  const came = typeof depth === "number" ? depth : typeof depth;
  return new ValueError(
    model,
    { depth: came },
    `depth must be ${known}`,
    depth instanceof Promise ? "await it before the call" : undefined,
  );
}
