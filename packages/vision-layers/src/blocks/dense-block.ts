import { type Argument, Dropout, givenOptions, Module, type NamedMember } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkOptions,
  concat,
  inCall,
  type OptionChecks,
  relu,
  scope,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { assertChannels, assertPictures, assertProbability } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import type { BlockOptions } from "./conv-norm.ts";

export interface DenseOptions extends BlockOptions {
  /** Channels of the 1 × 1 convolution, in multiples of the growth rate. Default 4. */
  readonly bnSize?: number;
  /** The probability of a zero behind each layer, while learning. Default 0. */
  readonly dropRate?: number;
}

const CHECKS: OptionChecks<DenseOptions> = {
  bnSize: assertChannels,
  dropRate: assertProbability,
  generator: assertGenerator,
};

/**
 * A layer of DenseNet (Huang et al. 2017, section 3, DenseNet-B): batch norm, ReLU and a 1 × 1 convolution, batch norm, ReLU and
 * a 3 × 3 convolution, which gives `growthRate` channels. torchvision's keys.
 */
export class DenseLayer extends Module {
  static override readonly name: string = "DenseLayer";
  readonly norm1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly dropout: Dropout;
  readonly #config: readonly Argument[];

  /** @throws ValueError unless sizes are whole numbers from 1 up and options make sense */
  constructor(inChannels: number, growthRate: number, options: DenseOptions = {}) {
    super();
    assertDense("DenseLayer", inChannels, growthRate, options);
    const { bnSize = 4, dropRate = 0, generator } = options;
    const drawn = { bias: false, ...(generator && { generator }) };
    const between = bnSize * growthRate;
    this.norm1 = new BatchNorm2d(inChannels);
    this.conv1 = new Conv2d(inChannels, between, 1, drawn);
    this.norm2 = new BatchNorm2d(between);
    this.conv2 = new Conv2d(between, growthRate, 3, { ...drawn, padding: 1 });
    this.dropout = new Dropout(dropRate, generator && { generator });
    this.#config = [inChannels, growthRate, ...givenOptions(options)];
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, growthRate, height, width) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("DenseLayer", x, this.conv1.inChannels);
    return inCall("DenseLayer", () =>
      through(x, this.norm1, relu, this.conv1, this.norm2, relu, this.conv2, this.dropout),
    );
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

/**
 * Layers of which each sees the input and what all before it gave (Huang et al. 2017, eq. 2): inChannels + numLayers ·
 * growthRate channels come out. torchvision's _DenseBlock, whose layers are `denselayer1`, `denselayer2`, ….
 */
export class DenseBlock extends Module {
  static override readonly name: string = "DenseBlock";
  readonly layers: readonly DenseLayer[];
  readonly #config: readonly Argument[];
  readonly #inChannels: number;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options make sense */
  constructor(numLayers: number, inChannels: number, growthRate: number, options: DenseOptions = {}) {
    super();
    assertChannels("DenseBlock", "numLayers", numLayers);
    assertDense("DenseBlock", inChannels, growthRate, options);
    assertDense("DenseBlock", inChannels + numLayers * growthRate, growthRate, options);
    this.#inChannels = inChannels;
    this.#config = [numLayers, inChannels, growthRate, ...givenOptions(options)];
    this.layers = Array.from(
      { length: numLayers },
      (_, at) => new DenseLayer(inChannels + at * growthRate, growthRate, options),
    );
  }

  /** @param x (batch, inChannels, height, width) @returns (batch, inChannels + numLayers · growthRate, height, width) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    assertPictures("DenseBlock", x, this.#inChannels);
    return inCall("DenseBlock", () =>
      scope((): Tensor => {
        let seen = x;
        for (const layer of this.layers) {
          const next = concat([seen, layer.forward(seen)], 1);
          if (seen !== x) seen.dispose();
          seen = next;
        }
        return seen;
      }),
    );
  }

  override members(): Iterable<NamedMember> {
    return this.layers.map((layer, at) => [`denselayer${at + 1}`, layer]);
  }

  override config(): readonly Argument[] {
    return this.#config;
  }
}

function assertDense(layer: string, inChannels: number, growthRate: number, options: DenseOptions): void {
  assertChannels(layer, "inChannels", inChannels);
  assertChannels(layer, "growthRate", growthRate);
  checkOptions(layer, options, CHECKS);
  const between = (options.bnSize ?? 4) * growthRate;
  inCall(layer, () => sizeOf([between, Math.max(inChannels, growthRate * 9)]));
}
