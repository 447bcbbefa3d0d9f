import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  avgPool2d,
  checkOptions,
  concat,
  inCall,
  maxPool2d,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import { BasicConv2d, type BlockOptions, type ConvNormOptions } from "./conv-norm.ts";
import { sideBySide } from "./inception-v1.ts";

/** What the modules have in common: channels that come in, and convolutions without a bias. Names of fields are torchvision's. */
abstract class InceptionModule extends Module {
  readonly #layer: string;
  readonly #inChannels: number;
  readonly #config: readonly Argument[];

  constructor(layer: string, sizes: Readonly<Record<string, number>>, options: BlockOptions) {
    super();
    for (const [name, value] of Object.entries(sizes)) assertChannels(layer, name, value);
    checkOptions(layer, options, { generator: assertGenerator });
    const [inChannels = 1, ...others] = Object.values(sizes);
    inCall(layer, () => sizeOf([inChannels, Math.max(384, ...others), 9]));
    for (const own of others) inCall(layer, () => sizeOf([own, own, 7]));
    this.#layer = layer;
    this.#inChannels = inChannels;
    this.#config = [...Object.values(sizes), ...givenOptions({ ...options })];
  }

  /** The module itself, of pictures that were looked at. */
  protected abstract branches(x: Tensor): Tensor;

  /** @param x (batch, inChannels, height, width) @returns (batch, channels as the class says, rows, columns) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures(this.#layer, x, this.#inChannels);
    return inCall(this.#layer, () => this.branches(x));
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

/** Makes convolutions with one generator. */
function convolutions({
  generator,
}: BlockOptions): (
  from: number,
  to: number,
  kernel: number | [number, number],
  options?: ConvNormOptions,
) => BasicConv2d {
  return (from, to, kernel, options = {}) =>
    new BasicConv2d(from, to, kernel, { ...options, ...(generator && { generator }) });
}

/** 3 × 3 at stride 1, padded; torchvision counts the padding in the mean. */
function meanAround(x: Tensor): Tensor {
  return avgPool2d(x, { kernel: 3, stride: 1, padding: 1 });
}

function halved(x: Tensor): Tensor {
  return maxPool2d(x, { kernel: 3, stride: 2 });
}

/**
 * Inception v3's module at 35 × 35 (Szegedy et al. 2016, figure 5): 1 × 1; 5 × 5; two of 3 × 3; pooling. 64 + 64 + 96 +
 * `poolFeatures` channels come out.
 */
export class InceptionA extends InceptionModule {
  static override readonly name: string = "InceptionA";
  readonly branch1x1: BasicConv2d;
  readonly branch5x5_1: BasicConv2d;
  readonly branch5x5_2: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  /** @throws ValueError unless both are whole numbers from 1 up */
  constructor(inChannels: number, poolFeatures: number, options: BlockOptions = {}) {
    super("InceptionA", { inChannels, poolFeatures }, options);
    const conv = convolutions(options);
    this.branch1x1 = conv(inChannels, 64, 1);
    this.branch5x5_1 = conv(inChannels, 48, 1);
    this.branch5x5_2 = conv(48, 64, 5, { padding: 2 });
    this.branch3x3dbl_1 = conv(inChannels, 64, 1);
    this.branch3x3dbl_2 = conv(64, 96, 3, { padding: 1 });
    this.branch3x3dbl_3 = conv(96, 96, 3, { padding: 1 });
    this.branch_pool = conv(inChannels, poolFeatures, 1);
  }

  protected override branches(x: Tensor): Tensor {
    return sideBySide(
      x,
      this.branch1x1,
      (each) => through(each, this.branch5x5_1, this.branch5x5_2),
      (each) => through(each, this.branch3x3dbl_1, this.branch3x3dbl_2, this.branch3x3dbl_3),
      (each) => through(each, meanAround, this.branch_pool),
    );
  }
}

/** Inception v3's step from 35 × 35 to 17 × 17 (Szegedy et al. 2016, figure 10): 384 + 96 + inChannels channels come out. */
export class InceptionB extends InceptionModule {
  static override readonly name: string = "InceptionB";
  readonly branch3x3: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3: BasicConv2d;

  /** @throws ValueError unless it is a whole number from 1 up */
  constructor(inChannels: number, options: BlockOptions = {}) {
    super("InceptionB", { inChannels }, options);
    const conv = convolutions(options);
    this.branch3x3 = conv(inChannels, 384, 3, { stride: 2 });
    this.branch3x3dbl_1 = conv(inChannels, 64, 1);
    this.branch3x3dbl_2 = conv(64, 96, 3, { padding: 1 });
    this.branch3x3dbl_3 = conv(96, 96, 3, { stride: 2 });
  }

  protected override branches(x: Tensor): Tensor {
    return sideBySide(
      x,
      this.branch3x3,
      (each) => through(each, this.branch3x3dbl_1, this.branch3x3dbl_2, this.branch3x3dbl_3),
      halved,
    );
  }
}

/**
 * Inception v3's module at 17 × 17 (Szegedy et al. 2016, figure 6, n = 7): 1 × 1; 1 × 7 and 7 × 1; the same twice; pooling. 4 ·
 * 192 = 768 channels come out.
 */
export class InceptionC extends InceptionModule {
  static override readonly name: string = "InceptionC";
  readonly branch1x1: BasicConv2d;
  readonly branch7x7_1: BasicConv2d;
  readonly branch7x7_2: BasicConv2d;
  readonly branch7x7_3: BasicConv2d;
  readonly branch7x7dbl_1: BasicConv2d;
  readonly branch7x7dbl_2: BasicConv2d;
  readonly branch7x7dbl_3: BasicConv2d;
  readonly branch7x7dbl_4: BasicConv2d;
  readonly branch7x7dbl_5: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  /** @param channels7x7 between the long convolutions @throws ValueError unless both are whole numbers from 1 up */
  constructor(inChannels: number, channels7x7: number, options: BlockOptions = {}) {
    super("InceptionC", { inChannels, channels7x7 }, options);
    const conv = convolutions(options);
    const across = (from: number, to: number): BasicConv2d => conv(from, to, [1, 7], { padding: [0, 3] });
    const down = (from: number, to: number): BasicConv2d => conv(from, to, [7, 1], { padding: [3, 0] });
    this.branch1x1 = conv(inChannels, 192, 1);
    this.branch7x7_1 = conv(inChannels, channels7x7, 1);
    this.branch7x7_2 = across(channels7x7, channels7x7);
    this.branch7x7_3 = down(channels7x7, 192);
    this.branch7x7dbl_1 = conv(inChannels, channels7x7, 1);
    this.branch7x7dbl_2 = down(channels7x7, channels7x7);
    this.branch7x7dbl_3 = across(channels7x7, channels7x7);
    this.branch7x7dbl_4 = down(channels7x7, channels7x7);
    this.branch7x7dbl_5 = across(channels7x7, 192);
    this.branch_pool = conv(inChannels, 192, 1);
  }

  protected override branches(x: Tensor): Tensor {
    const { branch7x7dbl_1, branch7x7dbl_2, branch7x7dbl_3, branch7x7dbl_4, branch7x7dbl_5 } = this;
    return sideBySide(
      x,
      this.branch1x1,
      (each) => through(each, this.branch7x7_1, this.branch7x7_2, this.branch7x7_3),
      (each) => through(each, branch7x7dbl_1, branch7x7dbl_2, branch7x7dbl_3, branch7x7dbl_4, branch7x7dbl_5),
      (each) => through(each, meanAround, this.branch_pool),
    );
  }
}

/** Inception v3's step from 17 × 17 to 8 × 8: 320 + 192 + inChannels channels come out. */
export class InceptionD extends InceptionModule {
  static override readonly name: string = "InceptionD";
  readonly branch3x3_1: BasicConv2d;
  readonly branch3x3_2: BasicConv2d;
  readonly branch7x7x3_1: BasicConv2d;
  readonly branch7x7x3_2: BasicConv2d;
  readonly branch7x7x3_3: BasicConv2d;
  readonly branch7x7x3_4: BasicConv2d;

  /** @throws ValueError unless it is a whole number from 1 up */
  constructor(inChannels: number, options: BlockOptions = {}) {
    super("InceptionD", { inChannels }, options);
    const conv = convolutions(options);
    this.branch3x3_1 = conv(inChannels, 192, 1);
    this.branch3x3_2 = conv(192, 320, 3, { stride: 2 });
    this.branch7x7x3_1 = conv(inChannels, 192, 1);
    this.branch7x7x3_2 = conv(192, 192, [1, 7], { padding: [0, 3] });
    this.branch7x7x3_3 = conv(192, 192, [7, 1], { padding: [3, 0] });
    this.branch7x7x3_4 = conv(192, 192, 3, { stride: 2 });
  }

  protected override branches(x: Tensor): Tensor {
    const { branch7x7x3_1, branch7x7x3_2, branch7x7x3_3, branch7x7x3_4 } = this;
    return sideBySide(
      x,
      (each) => through(each, this.branch3x3_1, this.branch3x3_2),
      (each) => through(each, branch7x7x3_1, branch7x7x3_2, branch7x7x3_3, branch7x7x3_4),
      halved,
    );
  }
}

/**
 * Inception v3's module at 8 × 8 (Szegedy et al. 2016, figure 7), whose 3 × 3 convolutions end in 1 × 3 and 3 × 1 side by side:
 * 320 + 768 + 768 + 192 = 2,048 channels come out.
 */
export class InceptionE extends InceptionModule {
  static override readonly name: string = "InceptionE";
  readonly branch1x1: BasicConv2d;
  readonly branch3x3_1: BasicConv2d;
  readonly branch3x3_2a: BasicConv2d;
  readonly branch3x3_2b: BasicConv2d;
  readonly branch3x3dbl_1: BasicConv2d;
  readonly branch3x3dbl_2: BasicConv2d;
  readonly branch3x3dbl_3a: BasicConv2d;
  readonly branch3x3dbl_3b: BasicConv2d;
  readonly branch_pool: BasicConv2d;

  /** @throws ValueError unless it is a whole number from 1 up */
  constructor(inChannels: number, options: BlockOptions = {}) {
    super("InceptionE", { inChannels }, options);
    const conv = convolutions(options);
    const across = (): BasicConv2d => conv(384, 384, [1, 3], { padding: [0, 1] });
    const down = (): BasicConv2d => conv(384, 384, [3, 1], { padding: [1, 0] });
    this.branch1x1 = conv(inChannels, 320, 1);
    this.branch3x3_1 = conv(inChannels, 384, 1);
    this.branch3x3_2a = across();
    this.branch3x3_2b = down();
    this.branch3x3dbl_1 = conv(inChannels, 448, 1);
    this.branch3x3dbl_2 = conv(448, 384, 3, { padding: 1 });
    this.branch3x3dbl_3a = across();
    this.branch3x3dbl_3b = down();
    this.branch_pool = conv(inChannels, 192, 1);
  }

  protected override branches(x: Tensor): Tensor {
    const both =
      (a: BasicConv2d, b: BasicConv2d) =>
      (each: Tensor): Tensor =>
        concat([a.forward(each), b.forward(each)], 1);
    return sideBySide(
      x,
      this.branch1x1,
      (each) => through(each, this.branch3x3_1, both(this.branch3x3_2a, this.branch3x3_2b)),
      (each) =>
        through(each, this.branch3x3dbl_1, this.branch3x3dbl_2, both(this.branch3x3dbl_3a, this.branch3x3dbl_3b)),
      (each) => through(each, meanAround, this.branch_pool),
    );
  }
}
