import { type Argument, givenOptions, Module, Sequential } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkOptions,
  inCall,
  type OptionChecks,
  relu,
  scope,
  type Shape,
  sizeOf,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { DropPath } from "../layers/dropout2d.ts";
import { assertChannels, assertPictures, assertProbability } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import type { BlockOptions } from "./conv-norm.ts";

export interface ResidualOptions extends BlockOptions {
  /** Of the 3 × 3 convolution that makes pictures smaller. Default 1. */
  readonly stride?: number;
  /** The probability with which, while learning, the block is left out for an example. Default 0. */
  readonly dropPath?: number;
}

export interface BottleneckOptions extends ResidualOptions {
  /** Of the 3 × 3 convolution. Default 1; ResNeXt has 32. */
  readonly groups?: number;
  /** Channels of the 3 × 3 convolution for each 64 of `planes` and group. Default 64. */
  readonly baseWidth?: number;
}

const CHECKS: OptionChecks<ResidualOptions> = {
  stride: assertChannels,
  dropPath: assertProbability,
  generator: assertGenerator,
};

/** What both blocks have: `downsample` where the sum needs it, a batch norm behind each convolution, the sum. */
abstract class Residual extends Module {
  /** A 1 × 1 convolution and a batch norm, where the sum would be of different shapes; as torchvision's ResNet makes it. */
  readonly downsample: Sequential | undefined;
  /** Leaves the block out, if it is asked to. */
  readonly dropPath: DropPath;
  readonly #layer: string;
  readonly #inPlanes: number;
  readonly #config: readonly Argument[];

  constructor(layer: string, inPlanes: number, planes: number, expansion: number, options: ResidualOptions) {
    super();
    const { stride = 1, dropPath = 0, generator } = options;
    const outPlanes = planes * expansion;
    this.#layer = layer;
    this.#inPlanes = inPlanes;
    this.#config = [inPlanes, planes, ...givenOptions({ ...options })];
    this.dropPath = new DropPath(dropPath, generator && { generator });
    this.downsample =
      stride === 1 && inPlanes === outPlanes
        ? undefined
        : new Sequential(conv(inPlanes, outPlanes, 1, options, { stride }), new BatchNorm2d(outPlanes));
  }

  /** What is added to x. */
  protected abstract residual(x: Tensor): Tensor;

  /**
   * @param x (batch, inPlanes, height, width)
   * @returns (batch, planes · expansion, ⌈height / stride⌉, ⌈width / stride⌉)
   * @throws ShapeError if channels differ
   */
  override forward(x: Tensor): Tensor {
    assertPictures(this.#layer, x, this.#inPlanes);
    return inCall(this.#layer, () =>
      scope((): Tensor => {
        const added = this.dropPath.forward(this.residual(x));
        const kept = this.downsample === undefined ? x : this.downsample.forward(x);
        return relu(added.add<Shape, Shape>(kept));
      }),
    );
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

function conv(
  from: number,
  to: number,
  kernel: number,
  { generator }: BlockOptions,
  options: { readonly stride?: number; readonly groups?: number } = {},
): Conv2d {
  return new Conv2d(from, to, kernel, {
    ...options,
    padding: (kernel - 1) / 2,
    bias: false,
    ...(generator && { generator }),
  });
}

/**
 * Two 3 × 3 convolutions and the input itself (He et al. 2016, figure 5 left): relu(bn2(conv2(relu(bn1(conv1(x))))) + x). Where
 * shapes differ x goes through `downsample`. torchvision's BasicBlock and its keys.
 */
export class BasicBlock extends Residual {
  static override readonly name: string = "BasicBlock";
  /** How many times `planes` the result has channels. */
  static readonly expansion: number = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;

  /** @throws ValueError unless planes are whole numbers from 1 up and options make sense */
  constructor(inPlanes: number, planes: number, options: ResidualOptions = {}) {
    assertPlanes("BasicBlock", inPlanes, planes, planes);
    checkOptions("BasicBlock", options, CHECKS);
    super("BasicBlock", inPlanes, planes, BasicBlock.expansion, options);
    this.conv1 = conv(inPlanes, planes, 3, options, { stride: options.stride ?? 1 });
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv(planes, planes, 3, options);
    this.bn2 = new BatchNorm2d(planes);
  }

  protected override residual(x: Tensor): Tensor {
    return through(x, this.conv1, this.bn1, relu, this.conv2, this.bn2);
  }
}

/**
 * 1 × 1, 3 × 3 and 1 × 1 convolutions and the input itself (He et al. 2016, figure 5 right); the stride is the 3 × 3
 * convolution's, as in torchvision's Bottleneck ("ResNet v1.5"), whose keys it has.
 */
export class Bottleneck extends Residual {
  static override readonly name: string = "Bottleneck";
  /** How many times `planes` the result has channels. */
  static readonly expansion: number = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;

  /** @throws ValueError unless planes are whole numbers from 1 up and options make sense */
  constructor(inPlanes: number, planes: number, options: BottleneckOptions = {}) {
    const { groups = 1, baseWidth = 64 } = bottleneckOptions(options);
    assertChannels("Bottleneck", "planes", planes);
    const width = Math.floor((planes * baseWidth) / 64) * groups;
    assertPlanes("Bottleneck", inPlanes, planes, width);
    const wide = planes * Bottleneck.expansion;
    super("Bottleneck", inPlanes, planes, Bottleneck.expansion, options);
    this.conv1 = conv(inPlanes, width, 1, options);
    this.bn1 = new BatchNorm2d(width);
    this.conv2 = conv(width, width, 3, options, { stride: options.stride ?? 1, groups });
    this.bn2 = new BatchNorm2d(width);
    this.conv3 = conv(width, wide, 1, options);
    this.bn3 = new BatchNorm2d(wide);
  }

  protected override residual(x: Tensor): Tensor {
    return through(x, this.conv1, this.bn1, relu, this.conv2, this.bn2, relu, this.conv3, this.bn3);
  }
}

function bottleneckOptions(options: BottleneckOptions): BottleneckOptions {
  checkOptions<BottleneckOptions>("Bottleneck", options, {
    ...CHECKS,
    groups: assertChannels,
    baseWidth: assertChannels,
  });
  return options;
}

function assertPlanes(layer: string, inPlanes: number, planes: number, width: number): void {
  assertChannels(layer, "inPlanes", inPlanes);
  assertChannels(layer, "planes", planes);
  if (width < 1) throw new ValueError(layer, { planes, width }, "planes · baseWidth / 64 must be 1 or more");
  inCall(layer, () => sizeOf([Math.max(inPlanes, width), Math.max(planes * 4, width), 9]));
}
