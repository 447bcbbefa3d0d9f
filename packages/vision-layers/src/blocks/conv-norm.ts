import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  checkOptions,
  convolutionOf,
  type Generator,
  inCall,
  oneOf,
  type OptionChecks,
  type Pair,
  pairOf,
  relu,
  silu,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { CONV_OPTIONS, Conv2d, type Conv2dOptions } from "../layers/conv2d.ts";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import { without } from "../layers/checks.ts";

/** What follows a normalisation; "none" is nothing. */
export type BlockActivation = "relu" | "relu6" | "silu" | "none";

/** Of blocks whose sizes say all else. */
export interface BlockOptions {
  /** Of the first values. */
  readonly generator?: Generator;
}

/** Of what is made of a convolution and a batch norm: there is no bias, which the norm would take away again. */
export type ConvNormOptions = Omit<Conv2dOptions, "bias">;

const CHECKS: OptionChecks<ConvNormOptions> = /* @__PURE__ */ without(CONV_OPTIONS, "bias");

/** @throws ValueError on what a convolution cannot be made of, before one is */
function assertConvolution(
  layer: string,
  inChannels: number,
  outChannels: number,
  kernelSize: Pair,
  { paddingMode: _mode, generator: _generator, ...convolution }: Conv2dOptions,
): void {
  assertChannels(layer, "inChannels", inChannels);
  assertChannels(layer, "outChannels", outChannels);
  const { groups = 1 } = convolution;
  assertChannels(layer, "groups", groups);
  const shape = [outChannels, inChannels / groups, ...pairOf(layer, "kernelSize", kernelSize, 1)];
  convolutionOf(layer, shape, convolution);
  inCall(layer, () => sizeOf([outChannels, inChannels, ...shape.slice(2)]));
}

/**
 * relu(batchNorm(conv(x))), the unit of Inception and GoogLeNet (Szegedy et al. 2016): torchvision's BasicConv2d, with ε = 0.001
 * and without a bias. Keys `conv.…` and `bn.…`.
 */
export class BasicConv2d extends Module {
  static override readonly name: string = "BasicConv2d";
  readonly conv: Conv2d;
  readonly bn: BatchNorm2d;
  readonly #config: readonly Argument[];

  /** @throws ValueError on sizes and options that `Conv2d` refuses */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: ConvNormOptions = {}) {
    super();
    checkOptions("BasicConv2d", options, CHECKS);
    assertConvolution("BasicConv2d", inChannels, outChannels, kernelSize, options);
    this.conv = inCall(
      "BasicConv2d",
      () => new Conv2d(inChannels, outChannels, kernelSize, { ...options, bias: false }),
    );
    this.bn = new BatchNorm2d(outChannels, { epsilon: 0.001 });
    this.#config = [inChannels, outChannels, kernelSize, ...givenOptions(options)];
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, outChannels, rows, columns), as of `Conv2d` @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("BasicConv2d", x, this.conv.inChannels);
    return inCall("BasicConv2d", () => through(x, this.conv, this.bn, relu));
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

export interface ConvNormActivationOptions extends ConvNormOptions {
  /** Default "relu". */
  readonly activation?: BlockActivation;
}

/**
 * A convolution without a bias, a batch norm and an activation: torchvision's Conv2dNormActivation, with its keys `0.…` and
 * `1.…`. The padding is half of the kernel unless it is said, so that at stride 1 pictures keep their size.
 */
export class Conv2dNormActivation extends Module {
  static override readonly name: string = "Conv2dNormActivation";
  readonly layers: readonly [Conv2d, BatchNorm2d];
  readonly activation: BlockActivation;
  readonly #config: readonly Argument[];

  /** @throws ValueError on sizes and options that `Conv2d` refuses */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair = 3, options: ConvNormActivationOptions = {}) {
    super();
    checkOptions("Conv2dNormActivation", options, { ...CHECKS, activation: oneOf("relu", "relu6", "silu", "none") });
    const { activation = "relu", ...given } = options;
    const padded = { padding: halfOf(kernelSize, given.dilation ?? 1), ...given };
    assertConvolution("Conv2dNormActivation", inChannels, outChannels, kernelSize, padded);
    const conv = inCall(
      "Conv2dNormActivation",
      () => new Conv2d(inChannels, outChannels, kernelSize, { ...padded, bias: false }),
    );
    this.layers = [conv, new BatchNorm2d(outChannels)];
    this.activation = activation;
    this.#config = [inChannels, outChannels, kernelSize, ...givenOptions(options)];
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, outChannels, rows, columns), as of `Conv2d` @throws ShapeError */
  override forward(x: Tensor): Tensor {
    const [conv, norm] = this.layers;
    assertPictures("Conv2dNormActivation", x, conv.inChannels);
    return inCall("Conv2dNormActivation", () => through(x, conv, norm, activations[this.activation]));
  }

  override members(): Iterable<[string, Module]> {
    return this.layers.map((layer, at): [string, Module] => [String(at), layer]);
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

export const activations: Readonly<Record<BlockActivation, (x: Tensor) => Tensor>> = {
  relu,
  relu6,
  silu,
  none: (x) => x,
};

/** min(max(x, 0), 6) (Howard et al. 2017). */
function relu6(x: Tensor): Tensor {
  return x.clamp(0, 6);
}

/** (kernel − 1) / 2 · dilation, of each axis. */
function halfOf(kernelSize: Pair, dilation: Pair): [number, number] {
  const [rows, columns] = pairOf("Conv2dNormActivation", "kernelSize", kernelSize, 1);
  const [down, across] = pairOf("Conv2dNormActivation", "dilation", dilation, 1);
  return [Math.floor((rows - 1) / 2) * down, Math.floor((columns - 1) / 2) * across];
}
