import { type Argument, givenOptions, type Layer, Module, Sequential } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkOptions,
  concat,
  inCall,
  type OptionChecks,
  scope,
  sizeOf,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { MaxPool2d } from "../layers/pooling.ts";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { BasicConv2d, type BlockOptions } from "./conv-norm.ts";

export interface InceptionOptions extends BlockOptions {
  /** Whether the third branch has a 3 × 3 convolution, as torchvision's, where the paper has 5 × 5. Default false. */
  readonly torchvision?: boolean;
}

const CHECKS: OptionChecks<InceptionOptions> = { torchvision: truthValue, generator: assertGenerator };

/**
 * The module of GoogLeNet (Szegedy et al. 2015, figure 2b): 1 × 1; 1 × 1 and 3 × 3; 1 × 1 and 5 × 5; pooling and 1 × 1, side by
 * side, concatenated over channels. The 1 × 1 convolutions before the large ones make them cheap: fewer channels come in.
 *
 * torchvision's Inception with its keys, `branch1.conv.weight`, `branch2.0.conv.weight`; as there, a batch norm follows each
 * convolution, which the paper has not.
 *
 * @example new Inception(192, 64, 96, 128, 16, 32, 32) // 3a: 28 × 28 × 192 in, 64 + 128 + 32 + 32 = 256 channels out
 */
export class Inception extends Module {
  static override readonly name: string = "Inception";
  readonly branch1: BasicConv2d;
  readonly branch2: Sequential;
  readonly branch3: Sequential;
  readonly branch4: Sequential;
  readonly #inChannels: number;
  readonly #config: readonly Argument[];

  /**
   * @param ch1x1 channels of the first branch
   * @param ch3x3red @param ch3x3 of the second, before and after its 3 × 3 convolution
   * @param ch5x5red @param ch5x5 of the third
   * @param poolProj of the fourth
   * @throws ValueError unless all are whole numbers from 1 up
   */
  constructor(
    inChannels: number,
    ch1x1: number,
    ch3x3red: number,
    ch3x3: number,
    ch5x5red: number,
    ch5x5: number,
    poolProj: number,
    options: InceptionOptions = {},
  ) {
    super();
    const channels = { inChannels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, poolProj };
    for (const [name, value] of Object.entries(channels)) assertChannels("Inception", name, value);
    checkOptions("Inception", options, CHECKS);
    inCall("Inception", () => sizeOf([Math.max(...Object.values(channels)), 25, Math.min(...Object.values(channels))]));
    inCall("Inception", () => sizeOf([inChannels, Math.max(ch1x1, ch3x3red, ch5x5red, poolProj)]));
    const { torchvision = false, generator } = options;
    const drawn = generator === undefined ? {} : { generator };
    const conv = (from: number, to: number, kernel: number): BasicConv2d =>
      new BasicConv2d(from, to, kernel, { ...drawn, padding: (kernel - 1) / 2 });
    this.#inChannels = inChannels;
    this.#config = [...Object.values(channels), ...givenOptions(options)];
    this.branch1 = conv(inChannels, ch1x1, 1);
    this.branch2 = new Sequential(conv(inChannels, ch3x3red, 1), conv(ch3x3red, ch3x3, 3));
    this.branch3 = new Sequential(conv(inChannels, ch5x5red, 1), conv(ch5x5red, ch5x5, torchvision ? 3 : 5));
    this.branch4 = new Sequential(
      new MaxPool2d(3, { stride: 1, padding: 1, ceilMode: true }),
      conv(inChannels, poolProj, 1),
    );
  }

  /**
   * @param x (batch, inChannels, height, width)
   * @returns (batch, ch1x1 + ch3x3 + ch5x5 + poolProj, height, width)
   * @throws ShapeError if channels differ
   */
  override forward(x: Tensor): Tensor {
    assertPictures("Inception", x, this.#inChannels);
    return inCall("Inception", () => sideBySide(x, this.branch1, this.branch2, this.branch3, this.branch4));
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

/** What branches make of x, concatenated over channels. */
export function sideBySide(
  x: Tensor,
  ...branches: readonly (Pick<Layer, "forward"> | ((x: Tensor) => Tensor))[]
): Tensor {
  return scope(() =>
    concat(
      branches.map((branch): Tensor => (typeof branch === "function" ? branch(x) : branch.forward(x))),
      1,
    ),
  );
}
