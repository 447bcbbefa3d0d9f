import { type Argument, defaultGenerator, Dropout, Linear, Module, ReLU, Sequential } from "@unfoldjs/nn";
import { checkOptions, flatten, inCall, type Tensor } from "@unfoldjs/tensor-core";
import { AdaptiveAvgPool2d } from "../layers/adaptive-pooling.ts";
import { assertChannels } from "../layers/arguments.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { MaxPool2d } from "../layers/pooling.ts";
import { through } from "../layers/through.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  lastOf,
} from "./classifier.ts";

/** Of models that end in two wide linear layers. */
export interface HiddenOptions extends ClassifierOptions {
  /** Of each of the two linear layers before the last. Default 4096. */
  readonly hiddenFeatures?: number;
}

/**
 * AlexNet (Krizhevsky, Sutskever & Hinton 2012) in the later form of Krizhevsky 2014, with torchvision's layers and keys:
 * 61,100,840 parameters. Pictures are 224 × 224 there; any from 63 up do.
 */
export class AlexNet extends Module {
  static override readonly name: string = "AlexNet";
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly classifier: Sequential;
  readonly #options: HiddenOptions;

  /** @throws ValueError on options that make no sense */
  constructor(options: HiddenOptions = {}) {
    super();
    checkOptions<HiddenOptions>("AlexNet", options, { ...CLASSIFIER_CHECKS, hiddenFeatures: assertChannels });
    this.#options = options;
    const {
      inChannels = 3,
      classes = 1000,
      dropout = 0.5,
      hiddenFeatures = 4096,
      generator = defaultGenerator(),
    } = options;
    const half = (): MaxPool2d => new MaxPool2d(3, { stride: 2 });
    this.features = new Sequential(
      new Conv2d(inChannels, 64, 11, { stride: 4, padding: 2, generator }),
      new ReLU(),
      half(),
      new Conv2d(64, 192, 5, { padding: 2, generator }),
      new ReLU(),
      half(),
      new Conv2d(192, 384, 3, { padding: 1, generator }),
      new ReLU(),
      new Conv2d(384, 256, 3, { padding: 1, generator }),
      new ReLU(),
      new Conv2d(256, 256, 3, { padding: 1, generator }),
      new ReLU(),
      half(),
    );
    this.avgpool = new AdaptiveAvgPool2d(6);
    this.classifier = new Sequential(
      new Dropout(dropout, drawingOptions(options)),
      new Linear(256 * 6 * 6, hiddenFeatures, { generator }),
      new ReLU(),
      new Dropout(dropout, drawingOptions(options)),
      new Linear(hiddenFeatures, hiddenFeatures, { generator }),
      new ReLU(),
      new Linear(hiddenFeatures, classes, { generator }),
    );
  }

  /** @param x (batch, inChannels, height, width), 63 × 63 at least @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertLeastPictures("AlexNet", x, this.#options.inChannels ?? 3, 63);
    return inCall("AlexNet", () =>
      through(x, this.features, this.avgpool, (maps) => flatten(maps, 1), this.classifier),
    );
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.#options, lastOf(this.classifier, 7));
  }
}
