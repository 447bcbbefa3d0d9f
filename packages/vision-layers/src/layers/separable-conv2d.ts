import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  checkOptions,
  convolutionOf,
  inCall,
  type OptionChecks,
  type Pair,
  pairOf,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { CONV_OPTIONS, Conv2d, type Conv2dOptions } from "./conv2d.ts";
import { assertChannels, assertPictures } from "./arguments.ts";
import { through } from "./through.ts";

/** Those of `Conv2d`, with a multiplier in the place of groups. */
export interface DepthwiseConv2dOptions extends Omit<Conv2dOptions, "groups"> {
  /** How many filters each channel has. Default 1. */
  readonly multiplier?: number;
}

/** @returns what the depthwise convolution is made of, all of it looked at @throws ValueError */
function depthwiseOf(
  layer: string,
  channels: number,
  kernelSize: Pair,
  options: DepthwiseConv2dOptions,
): { readonly outChannels: number; readonly others: Conv2dOptions } {
  const { groups: _, ...checks } = CONV_OPTIONS;
  const all: OptionChecks<DepthwiseConv2dOptions> = { ...checks, multiplier: assertChannels };
  checkOptions(layer, options, all);
  const { multiplier = 1, ...others } = options;
  const kernel = pairOf(layer, "kernelSize", kernelSize, 1);
  const { bias: _bias, paddingMode: _mode, generator: _generator, ...convolution } = others;
  const outChannels = channels * multiplier;
  inCall(layer, () => sizeOf([outChannels, 1, ...kernel]));
  convolutionOf(layer, [outChannels, 1, ...kernel], { ...convolution, groups: channels });
  return { outChannels, others };
}

/**
 * A convolution that mixes no channels: each has `multiplier` filters of its own (Sifre 2014; Keras' DepthwiseConv2D). It is
 * `Conv2d` with as many groups as channels, and has its weights: (channels · multiplier, 1, kernel rows, kernel columns).
 */
export class DepthwiseConv2d extends Conv2d {
  static override readonly name: string = "DepthwiseConv2d";
  readonly #given: DepthwiseConv2dOptions;

  /** @throws ValueError if channels or the multiplier are no whole numbers from 1 up, or an option makes no sense */
  constructor(channels: number, kernelSize: Pair, options: DepthwiseConv2dOptions = {}) {
    assertChannels("DepthwiseConv2d", "channels", channels);
    const { outChannels, others } = depthwiseOf("DepthwiseConv2d", channels, kernelSize, options);
    super(channels, outChannels, kernelSize, { ...others, groups: channels });
    this.#given = options;
  }

  override config(): readonly Argument[] {
    return [this.inChannels, this.kernelSize, ...givenOptions(this.#given)];
  }
}

/**
 * A depthwise convolution and then one of 1 × 1 that mixes the channels (Chollet 2017): for each pixel channels · (rows ·
 * columns + outChannels) multiply-adds, where a whole convolution has channels · outChannels · rows · columns.
 *
 * Its keys are `depthwise.weight`, `pointwise.weight` and `pointwise.bias`; the bias, if there is one, comes at the end, as in
 * Keras' SeparableConv2D.
 */
export class SeparableConv2d extends Module {
  static override readonly name: string = "SeparableConv2d";
  readonly depthwise: DepthwiseConv2d;
  readonly pointwise: Conv2d;
  readonly #given: DepthwiseConv2dOptions;

  /** @param options `bias` is of the second convolution, all others but the generator of the first @throws ValueError */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: DepthwiseConv2dOptions = {}) {
    super();
    assertChannels("SeparableConv2d", "inChannels", inChannels);
    assertChannels("SeparableConv2d", "outChannels", outChannels);
    const between = depthwiseOf("SeparableConv2d", inChannels, kernelSize, options).outChannels;
    inCall("SeparableConv2d", () => sizeOf([outChannels, between]));
    this.#given = options;
    const { bias, generator } = options;
    this.depthwise = new DepthwiseConv2d(inChannels, kernelSize, { ...options, bias: false });
    this.pointwise = new Conv2d(between, outChannels, 1, { bias, generator } as Conv2dOptions);
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, outChannels, rows, columns), as of `Conv2d` @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("SeparableConv2d", x, this.depthwise.inChannels);
    return inCall("SeparableConv2d", () => through(x, this.depthwise, this.pointwise));
  }

  override config(): readonly Argument[] {
    const { inChannels, kernelSize } = this.depthwise;
    return [inChannels, this.pointwise.outChannels, kernelSize, ...givenOptions(this.#given)];
  }
}
