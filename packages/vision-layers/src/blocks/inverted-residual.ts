import { type Argument, givenOptions, type Layer, Module, type NamedMember } from "@unfoldjs/nn";
import {
  assertFinite,
  assertGenerator,
  checkOptions,
  inCall,
  scope,
  type Shape,
  sizeOf,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import { type BlockOptions, Conv2dNormActivation } from "./conv-norm.ts";

/**
 * The block of MobileNetV2 (Sandler et al. 2018, figure 4): 1 × 1 to `expandRatio` times as many channels, 3 × 3 in each channel
 * by itself, 1 × 1 to `outChannels` without an activation; x is added where shapes are the same. torchvision's
 * InvertedResidual, and its keys `conv.0.0.…`.
 */
export class InvertedResidual extends Module {
  static override readonly name: string = "InvertedResidual";
  readonly layers: readonly Layer[];
  /** Whether x is added. */
  readonly isResidual: boolean;
  readonly #config: readonly Argument[];
  readonly #inChannels: number;

  /** @param stride 1 or 2 @param expandRatio 1 leaves the first convolution out @throws ValueError */
  constructor(
    inChannels: number,
    outChannels: number,
    stride: number,
    expandRatio: number,
    options: BlockOptions = {},
  ) {
    super();
    assertChannels("InvertedResidual", "inChannels", inChannels);
    assertChannels("InvertedResidual", "outChannels", outChannels);
    if (stride !== 1 && stride !== 2) throw new ValueError("InvertedResidual", { stride }, "stride must be 1 or 2");
    assertFinite("InvertedResidual", "expandRatio", expandRatio);
    checkOptions("InvertedResidual", options, { generator: assertGenerator });
    const hidden = Math.round(inChannels * expandRatio);
    if (hidden < 1)
      throw new ValueError("InvertedResidual", { expandRatio }, "expandRatio · inChannels must be 1 or more");
    inCall("InvertedResidual", () => sizeOf([hidden, Math.max(inChannels, outChannels, 9)]));
    this.#inChannels = inChannels;
    this.#config = [inChannels, outChannels, stride, expandRatio, ...givenOptions({ ...options })];
    this.isResidual = stride === 1 && inChannels === outChannels;
    const relu6 = { ...options, activation: "relu6" } as const;
    this.layers = [
      ...(expandRatio === 1 ? [] : [new Conv2dNormActivation(inChannels, hidden, 1, relu6)]),
      new Conv2dNormActivation(hidden, hidden, 3, { ...relu6, stride, groups: hidden }),
      new Conv2d(hidden, outChannels, 1, { ...options, bias: false }),
      new BatchNorm2d(outChannels),
    ];
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, outChannels, ⌈height / stride⌉, ⌈width / stride⌉) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("InvertedResidual", x, this.#inChannels);
    return inCall("InvertedResidual", () =>
      scope((): Tensor => {
        const y = through(x, ...this.layers);
        return this.isResidual ? x.add<Shape, Shape>(y) : y;
      }),
    );
  }

  override members(): Iterable<NamedMember> {
    return this.layers.map((layer, at) => [`conv.${at}`, layer]);
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}
