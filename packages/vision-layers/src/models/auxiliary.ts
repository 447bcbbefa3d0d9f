import { crossEntropy, Dropout, Linear, Module } from "@unfoldjs/nn";
import {
  adaptiveAvgPool2d,
  avgPool2d,
  flatten,
  fromArray,
  type Generator,
  relu,
  scope,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { BasicConv2d, type BlockOptions } from "../blocks/conv-norm.ts";
import { through } from "../layers/through.ts";
import { meansOf } from "./resnet.ts";

/** A classifier on GoogLeNet's way (Szegedy et al. 2015, section 5). */
export class GoogLeNetAux extends Module {
  static override readonly name: string = "GoogLeNetAux";
  readonly conv: BasicConv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly dropout: Dropout;

  /** @param drawing of the dropout, if it has a generator of its own */
  constructor(
    inChannels: number,
    classes: number,
    dropout: number,
    { generator }: BlockOptions,
    drawing: { readonly generator?: Generator },
  ) {
    super();
    const drawn = generator === undefined ? {} : { generator };
    this.conv = new BasicConv2d(inChannels, 128, 1, drawn);
    this.fc1 = new Linear(2048, 1024, drawn);
    this.fc2 = new Linear(1024, classes, drawn);
    this.dropout = new Dropout(dropout, drawing);
  }

  override forward(x: Tensor): Tensor {
    const small = (maps: Tensor): Tensor => adaptiveAvgPool2d(maps, 4);
    const { conv, fc1, dropout, fc2 } = this;
    return through(x, small, conv, (maps) => flatten(maps, 1), fc1, relu, dropout, fc2);
  }
}

/** The classifier on Inception v3's way (Szegedy et al. 2016, section 4). */
export class InceptionAux extends Module {
  static override readonly name: string = "InceptionAux";
  readonly conv0: BasicConv2d;
  readonly conv1: BasicConv2d;
  readonly fc: Linear;

  constructor(inChannels: number, classes: number, { generator }: BlockOptions) {
    super();
    const drawn = generator === undefined ? {} : { generator };
    this.conv0 = new BasicConv2d(inChannels, 128, 1, drawn);
    this.conv1 = new BasicConv2d(128, 768, 5, drawn);
    this.fc = new Linear(768, classes, drawn);
  }

  override forward(x: Tensor): Tensor {
    const smaller = (maps: Tensor): Tensor => avgPool2d(maps, { kernel: 5, stride: 3 });
    return through(x, smaller, this.conv0, this.conv1, meansOf, this.fc);
  }
}

/** The loss of the last logits, and of those on the way by a weight. */
export function weighedLoss(
  labels: Tensor<Shape, "i32">,
  logits: Tensor,
  auxiliary: readonly (Tensor | undefined)[],
  weight: number,
): Tensor<[]> {
  const lossOf = (each: Tensor): Tensor<[]> => crossEntropy<"mean">(each, labels);
  return scope(() =>
    auxiliary.reduce<Tensor<[]>>(
      (sum, each) => (each === undefined ? sum : sum.add(lossOf(each).mul(weight))),
      lossOf(logits),
    ),
  );
}

/** Pictures normalised by ImageNet's means and deviations, as they are when they are normalised by 0.5 and 0.5. */
export function transformInput(x: Tensor): Tensor {
  return scope(() => {
    const deviations = fromArray(
      [0.229, 0.224, 0.225].map((deviation) => deviation / 0.5),
      [1, 3, 1, 1],
    );
    const means = fromArray(
      [0.485, 0.456, 0.406].map((mean) => (mean - 0.5) / 0.5),
      [1, 3, 1, 1],
    );
    return x.mul<Shape, Shape>(deviations).add<Shape, Shape>(means);
  });
}
