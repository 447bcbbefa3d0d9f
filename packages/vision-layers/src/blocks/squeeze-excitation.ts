import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  adaptiveAvgPool2d,
  assertGenerator,
  checkOptions,
  inCall,
  oneOf,
  scope,
  type Shape,
  sigmoid,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { Conv2d } from "../layers/conv2d.ts";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import { activations, type BlockOptions } from "./conv-norm.ts";

export interface SqueezeExcitationOptions extends BlockOptions {
  /** Between the two layers. Default "relu". */
  readonly activation?: "relu" | "silu";
}

/**
 * Squeeze-and-excitation (Hu, Shen & Sun 2018): each channel is multiplied by a number in (0, 1) that follows from the means of
 * all channels, x · sigmoid(fc2(relu(fc1(mean(x))))). torchvision's SqueezeExcitation, whose `fc1` and `fc2` are 1 × 1
 * convolutions.
 */
export class SqueezeExcitation extends Module {
  static override readonly name: string = "SqueezeExcitation";
  readonly fc1: Conv2d;
  readonly fc2: Conv2d;
  private readonly options: SqueezeExcitationOptions;

  /** @throws ValueError unless channels are whole numbers from 1 up */
  constructor(inputChannels: number, squeezeChannels: number, options: SqueezeExcitationOptions = {}) {
    super();
    assertChannels("SqueezeExcitation", "inputChannels", inputChannels);
    assertChannels("SqueezeExcitation", "squeezeChannels", squeezeChannels);
    checkOptions("SqueezeExcitation", options, { activation: oneOf("relu", "silu"), generator: assertGenerator });
    inCall("SqueezeExcitation", () => sizeOf([inputChannels, squeezeChannels]));
    this.options = options;
    const first = options.generator === undefined ? {} : { generator: options.generator };
    this.fc1 = new Conv2d(inputChannels, squeezeChannels, 1, first);
    this.fc2 = new Conv2d(squeezeChannels, inputChannels, 1, first);
  }

  /** @param x (batch, inputChannels, height, width) @returns the same shape @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("SqueezeExcitation", x, this.fc1.inChannels);
    const activation = activations[this.options.activation ?? "relu"];
    return inCall("SqueezeExcitation", () =>
      scope((): Tensor => {
        const means = adaptiveAvgPool2d(x, 1); // (batch, channels, 1, 1)
        return x.mul<Shape, Shape>(through(means, this.fc1, activation, this.fc2, sigmoid));
      }),
    );
  }

  override config(): readonly Argument[] {
    return [this.fc1.inChannels, this.fc1.outChannels, ...givenOptions(this.options)];
  }
}
