import { type Argument, defaultGenerator, Dropout, Linear, Module, normal } from "@unfoldjs/nn";
import {
  assertTensor,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { BasicConv2d } from "../blocks/conv-norm.ts";
import { InceptionA, InceptionB, InceptionC, InceptionD, InceptionE } from "../blocks/inception-v3.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { through } from "../layers/through.ts";
import { InceptionAux, transformInput, weighedLoss } from "./auxiliary.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  redraw,
  type StagePaths,
} from "./classifier.ts";
import { assertTransformable } from "./googlenet.ts";
import { meansOf } from "./resnet.ts";
import { joined } from "../layers/checks.ts";

export interface InceptionV3Options extends ClassifierOptions {
  /** Whether there is a classifier on the way, for learning. Default true. */
  readonly auxLogits?: boolean;
  /** Whether pictures that are normalised by ImageNet's means come in, where weights want 0.5 and 0.5. Default false. */
  readonly transformInput?: boolean;
}

const CHECKS: OptionChecks<InceptionV3Options> = /* @__PURE__ */ joined(CLASSIFIER_CHECKS, {
  auxLogits: truthValue,
  transformInput: truthValue,
});

/** What Inception v3 gives while it learns. */
export interface InceptionV3Logits {
  /** (batch, classes) */
  readonly logits: Tensor;
  /** Of the classifier on the way; undefined if there is none. */
  readonly auxLogits: Tensor | undefined;
}

/** The paper does not say by what the loss on the way is weighed; TF-Slim, whose authors are the paper's, has this. */
const AUXILIARY_WEIGHT = 0.4;

/** The smallest height and width that leave the classifier on the way its 5 × 5 window, twice. */
const LEAST_WITH_AUXILIARY = 299;

/**
 * Inception v3 (Szegedy et al. 2016, table 1), with torchvision's layers and keys: 27,161,264 parameters, of which 3,326,696
 * are the classifier's on the way. Pictures are 299 × 299 there; any from 75 up do in use, and while learning without
 * `auxLogits`.
 *
 * Weights start normal with deviation 0.1; those of the classifier on the way with 0.01 and 0.001, as torchvision's.
 */
export class InceptionV3 extends Module {
  static override readonly name: string = "InceptionV3";
  readonly Conv2d_1a_3x3: BasicConv2d;
  readonly Conv2d_2a_3x3: BasicConv2d;
  readonly Conv2d_2b_3x3: BasicConv2d;
  readonly maxpool1: MaxPool2d;
  readonly Conv2d_3b_1x1: BasicConv2d;
  readonly Conv2d_4a_3x3: BasicConv2d;
  readonly maxpool2: MaxPool2d;
  readonly Mixed_5b: InceptionA;
  readonly Mixed_5c: InceptionA;
  readonly Mixed_5d: InceptionA;
  readonly Mixed_6a: InceptionB;
  readonly Mixed_6b: InceptionC;
  readonly Mixed_6c: InceptionC;
  readonly Mixed_6d: InceptionC;
  readonly Mixed_6e: InceptionC;
  readonly AuxLogits: InceptionAux | undefined;
  readonly Mixed_7a: InceptionD;
  readonly Mixed_7b: InceptionE;
  readonly Mixed_7c: InceptionE;
  readonly dropout: Dropout;
  readonly fc: Linear;
  readonly #options: InceptionV3Options;

  /** @throws ValueError on options that make no sense */
  constructor(options: InceptionV3Options = {}) {
    super();
    checkOptions("InceptionV3", options, CHECKS);
    assertTransformable("InceptionV3", options);
    this.#options = options;
    const { inChannels = 3, classes = 1000, dropout = 0.5, auxLogits = true, generator = defaultGenerator() } = options;
    const drawn = { generator };
    this.Conv2d_1a_3x3 = new BasicConv2d(inChannels, 32, 3, { stride: 2, generator });
    this.Conv2d_2a_3x3 = new BasicConv2d(32, 32, 3, drawn);
    this.Conv2d_2b_3x3 = new BasicConv2d(32, 64, 3, { padding: 1, generator });
    this.maxpool1 = new MaxPool2d(3, { stride: 2 });
    this.Conv2d_3b_1x1 = new BasicConv2d(64, 80, 1, drawn);
    this.Conv2d_4a_3x3 = new BasicConv2d(80, 192, 3, drawn);
    this.maxpool2 = new MaxPool2d(3, { stride: 2 });
    this.Mixed_5b = new InceptionA(192, 32, drawn);
    this.Mixed_5c = new InceptionA(256, 64, drawn);
    this.Mixed_5d = new InceptionA(288, 64, drawn);
    this.Mixed_6a = new InceptionB(288, drawn);
    this.Mixed_6b = new InceptionC(768, 128, drawn);
    this.Mixed_6c = new InceptionC(768, 160, drawn);
    this.Mixed_6d = new InceptionC(768, 160, drawn);
    this.Mixed_6e = new InceptionC(768, 192, drawn);
    this.AuxLogits = auxLogits ? new InceptionAux(768, classes, drawn) : undefined;
    this.Mixed_7a = new InceptionD(768, drawn);
    this.Mixed_7b = new InceptionE(1280, drawn);
    this.Mixed_7c = new InceptionE(2048, drawn);
    this.dropout = new Dropout(dropout, drawingOptions(options));
    this.fc = new Linear(2048, classes, drawn);
    const { AuxLogits: auxiliary } = this;
    redraw(this, "keep", (layer) => {
      const deviation = layer === auxiliary?.conv1.conv ? 0.01 : layer === auxiliary?.fc ? 0.001 : 0.1;
      return normal(layer.weight.shape, { deviation, generator });
    });
  }

  /** @param x (batch, inChannels, height, width), 75 × 75 at least @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    return this.#run(x, false).logits;
  }

  /**
   * The logits, and those of the classifier on the way, which torchvision's forward gives while learning.
   * @param x (batch, inChannels, height, width), 299 × 299 at least if there is one @throws ShapeError
   */
  allLogits(x: Tensor): InceptionV3Logits {
    return scope(() => this.#run(x, true));
  }

  /**
   * Cross entropy; while learning with 0.4 times that of the classifier on the way.
   * @param x as for `allLogits` @param labels (batch), i32
   */
  loss(x: Tensor, labels: Tensor<Shape, "i32">): Tensor<[]> {
    assertTensor("InceptionV3.loss", "labels", labels);
    return scope(() => {
      const { logits, auxLogits } = this.#run(x, this.training);
      return inCall("InceptionV3.loss", () => weighedLoss(labels, logits, [auxLogits], AUXILIARY_WEIGHT));
    });
  }

  #run(x: Tensor, withAuxiliary: boolean): InceptionV3Logits {
    const { inChannels = 3, transformInput: transformed = false } = this.#options;
    assertLeastPictures("InceptionV3", x, inChannels, 75);
    const [, , height = 0, width = 0] = x.shape;
    const auxiliary = withAuxiliary ? this.AuxLogits : undefined;
    if (auxiliary !== undefined && Math.min(height, width) < LEAST_WITH_AUXILIARY) {
      throw new ShapeError(
        "InceptionV3",
        { x: x.shape },
        "the classifier on the way takes pictures from 299 × 299 up",
        "resize the pictures, or build the model with { auxLogits: false }",
      );
    }
    return inCall("InceptionV3", () => {
      const { Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, maxpool1, Conv2d_3b_1x1, Conv2d_4a_3x3, maxpool2 } = this;
      const { Mixed_5b, Mixed_5c, Mixed_5d, Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e } = this;
      const pictures = transformed ? transformInput(x) : x;
      const stem = through(
        pictures,
        Conv2d_1a_3x3,
        Conv2d_2a_3x3,
        Conv2d_2b_3x3,
        maxpool1,
        Conv2d_3b_1x1,
        Conv2d_4a_3x3,
        maxpool2,
      );
      const middle = through(stem, Mixed_5b, Mixed_5c, Mixed_5d, Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e);
      const auxLogits = auxiliary?.forward(middle);
      const high = through(middle, this.Mixed_7a, this.Mixed_7b, this.Mixed_7c);
      return { logits: through(high, meansOf, this.dropout, this.fc), auxLogits };
    });
  }

  /** The layers before the first module, the modules of each size, and the classifiers. */
  stagePaths(): StagePaths {
    return {
      stem: [
        "Conv2d_1a_3x3",
        "Conv2d_2a_3x3",
        "Conv2d_2b_3x3",
        "maxpool1",
        "Conv2d_3b_1x1",
        "Conv2d_4a_3x3",
        "maxpool2",
      ],
      Mixed_5: ["Mixed_5b", "Mixed_5c", "Mixed_5d"],
      Mixed_6: ["Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"],
      Mixed_7: ["Mixed_7a", "Mixed_7b", "Mixed_7c"],
      head: [...(this.AuxLogits === undefined ? [] : ["AuxLogits"]), "dropout", "fc"],
    };
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.#options, this.fc);
  }
}
