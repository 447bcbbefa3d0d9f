import { type Argument, defaultGenerator, Dropout, Linear, Module, normal } from "@unfoldjs/nn";
import {
  assertTensor,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";
import { BasicConv2d } from "../blocks/conv-norm.ts";
import { Inception } from "../blocks/inception-v1.ts";
import { assertProbability } from "../layers/arguments.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { through } from "../layers/through.ts";
import { GoogLeNetAux, transformInput, weighedLoss } from "./auxiliary.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  redraw,
  type StagePaths,
} from "./classifier.ts";
import { meansOf } from "./resnet.ts";
import { joined } from "../layers/checks.ts";

export interface GoogLeNetOptions extends ClassifierOptions {
  /**
   * True is torchvision's: 3 × 3 where the paper has 5 × 5, and the last pooling over 2 × 2 where it has 3 × 3; its weights
   * want that. Default false, the paper's.
   */
  readonly torchvision?: boolean;
  /** Whether there are classifiers on the way, for learning. Default true. */
  readonly auxLogits?: boolean;
  /** The probability of a zero in them. Default 0.7. */
  readonly dropoutAux?: number;
  /** Whether pictures that are normalised by ImageNet's means come in, where weights want 0.5 and 0.5. Default false. */
  readonly transformInput?: boolean;
}

const CHECKS: OptionChecks<GoogLeNetOptions> = /* @__PURE__ */ joined(CLASSIFIER_CHECKS, {
  torchvision: truthValue,
  auxLogits: truthValue,
  dropoutAux: assertProbability,
  transformInput: truthValue,
});

/** What GoogLeNet gives while it learns. */
export interface GoogLeNetLogits {
  /** (batch, classes) */
  readonly logits: Tensor;
  /** Of the classifier behind 4d; undefined without classifiers on the way. */
  readonly auxLogits2: Tensor | undefined;
  /** Of the classifier behind 4a. */
  readonly auxLogits1: Tensor | undefined;
}

/** What the paper multiplies the losses of the classifiers on the way by (section 5). */
const AUXILIARY_WEIGHT = 0.3;

/**
 * GoogLeNet (Szegedy et al. 2015, table 1): nine Inception modules, with torchvision's layers and keys. The modules are the
 * paper's, with 5 × 5 convolutions, unless `torchvision` says otherwise; as in torchvision, batch norm stands behind
 * each convolution, where the paper has local response normalisation behind two.
 *
 * Classifiers behind 4a and 4d bring gradients to the lower layers: `loss` adds theirs, weighed by 0.3. In use they are left out.
 *
 * Weights start normal with deviation 0.01, as torchvision's.
 *
 * @example
 * const model = new GoogLeNet({ classes: 10 });
 * backward(model, () => model.loss(pictures, labels));
 */
export class GoogLeNet extends Module {
  static override readonly name: string = "GoogLeNet";
  readonly conv1: BasicConv2d;
  readonly maxpool1: MaxPool2d;
  readonly conv2: BasicConv2d;
  readonly conv3: BasicConv2d;
  readonly maxpool2: MaxPool2d;
  readonly inception3a: Inception;
  readonly inception3b: Inception;
  readonly maxpool3: MaxPool2d;
  readonly inception4a: Inception;
  readonly inception4b: Inception;
  readonly inception4c: Inception;
  readonly inception4d: Inception;
  readonly inception4e: Inception;
  readonly maxpool4: MaxPool2d;
  readonly inception5a: Inception;
  readonly inception5b: Inception;
  readonly aux1: GoogLeNetAux | undefined;
  readonly aux2: GoogLeNetAux | undefined;
  readonly dropout: Dropout;
  readonly fc: Linear;
  readonly #options: GoogLeNetOptions;

  /** @throws ValueError on options that make no sense */
  constructor(options: GoogLeNetOptions = {}) {
    super();
    checkOptions("GoogLeNet", options, CHECKS);
    assertTransformable("GoogLeNet", options);
    this.#options = options;
    const { inChannels = 3, classes = 1000, dropout = 0.2, torchvision = false, auxLogits = true } = options;
    const { dropoutAux = 0.7, generator = defaultGenerator() } = options;
    const half = (kernel: number): MaxPool2d => new MaxPool2d(kernel, { stride: 2, ceilMode: true });
    const module = (...sizes: [number, number, number, number, number, number, number]): Inception =>
      new Inception(...sizes, { torchvision, generator });
    this.conv1 = new BasicConv2d(inChannels, 64, 7, { stride: 2, padding: 3, generator });
    this.maxpool1 = half(3);
    this.conv2 = new BasicConv2d(64, 64, 1, { generator });
    this.conv3 = new BasicConv2d(64, 192, 3, { padding: 1, generator });
    this.maxpool2 = half(3);
    this.inception3a = module(192, 64, 96, 128, 16, 32, 32);
    this.inception3b = module(256, 128, 128, 192, 32, 96, 64);
    this.maxpool3 = half(3);
    this.inception4a = module(480, 192, 96, 208, 16, 48, 64);
    this.inception4b = module(512, 160, 112, 224, 24, 64, 64);
    this.inception4c = module(512, 128, 128, 256, 24, 64, 64);
    this.inception4d = module(512, 112, 144, 288, 32, 64, 64);
    this.inception4e = module(528, 256, 160, 320, 32, 128, 128);
    this.maxpool4 = half(torchvision ? 2 : 3);
    this.inception5a = module(832, 256, 160, 320, 32, 128, 128);
    this.inception5b = module(832, 384, 192, 384, 48, 128, 128);
    this.aux1 = auxLogits
      ? new GoogLeNetAux(512, classes, dropoutAux, { generator }, drawingOptions(options))
      : undefined;
    this.aux2 = auxLogits
      ? new GoogLeNetAux(528, classes, dropoutAux, { generator }, drawingOptions(options))
      : undefined;
    this.dropout = new Dropout(dropout, drawingOptions(options));
    this.fc = new Linear(1024, classes, { generator });
    redraw(this, "keep", ({ weight: { shape } }) => normal(shape, { deviation: 0.01, generator }));
  }

  /** @param x (batch, inChannels, height, width), 31 × 31 at least, 15 × 15 for torchvision's @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    return this.#run(x, false).logits;
  }

  /**
   * The logits, and those of the classifiers on the way, which torchvision's forward gives while learning.
   * @param x (batch, inChannels, height, width)
   */
  allLogits(x: Tensor): GoogLeNetLogits {
    return scope(() => this.#run(x, true));
  }

  /**
   * Cross entropy; while learning with 0.3 times that of each classifier on the way (Szegedy et al. 2015, section 5).
   * @param x (batch, inChannels, height, width) @param labels (batch), i32
   */
  loss(x: Tensor, labels: Tensor<Shape, "i32">): Tensor<[]> {
    assertTensor("GoogLeNet.loss", "labels", labels);
    return scope(() => {
      const { logits, auxLogits1, auxLogits2 } = this.#run(x, this.training);
      return inCall("GoogLeNet.loss", () => weighedLoss(labels, logits, [auxLogits1, auxLogits2], AUXILIARY_WEIGHT));
    });
  }

  #run(x: Tensor, withAuxiliary: boolean): GoogLeNetLogits {
    const { inChannels = 3, torchvision = false, transformInput: transformed = false } = this.#options;
    assertLeastPictures("GoogLeNet", x, inChannels, torchvision ? 15 : 31);
    return inCall("GoogLeNet", () => {
      const { conv1, maxpool1, conv2, conv3, maxpool2, inception3a, inception3b, maxpool3, inception4a } = this;
      const { inception4b, inception4c, inception4d, inception4e, maxpool4, inception5a, inception5b } = this;
      const pictures = transformed ? transformInput(x) : x;
      const low = through(
        pictures,
        conv1,
        maxpool1,
        conv2,
        conv3,
        maxpool2,
        inception3a,
        inception3b,
        maxpool3,
        inception4a,
      );
      const auxLogits1 = withAuxiliary ? this.aux1?.forward(low) : undefined;
      const middle = through(low, inception4b, inception4c, inception4d);
      const auxLogits2 = withAuxiliary ? this.aux2?.forward(middle) : undefined;
      const high = through(middle, inception4e, maxpool4, inception5a, inception5b);
      return { logits: through(high, meansOf, this.dropout, this.fc), auxLogits2, auxLogits1 };
    });
  }

  /** The layers before the first module, the modules of each size, and the classifiers. */
  stagePaths(): StagePaths {
    return {
      stem: ["conv1", "maxpool1", "conv2", "conv3", "maxpool2"],
      inception3: ["inception3a", "inception3b", "maxpool3"],
      inception4: ["inception4a", "inception4b", "inception4c", "inception4d", "inception4e", "maxpool4"],
      inception5: ["inception5a", "inception5b"],
      head: [
        ...(this.aux1 === undefined ? [] : ["aux1"]),
        ...(this.aux2 === undefined ? [] : ["aux2"]),
        "dropout",
        "fc",
      ],
    };
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.#options, this.fc);
  }
}

/** @throws ValueError if pictures are to be transformed that have not three channels */
export function assertTransformable(
  model: string,
  { inChannels = 3, transformInput: transformed = false }: Pick<GoogLeNetOptions, "inChannels" | "transformInput">,
): void {
  if (!transformed || inChannels === 3) return;
  throw new ValueError(model, { inChannels, transformInput: true }, "transformInput knows pictures of 3 channels");
}
