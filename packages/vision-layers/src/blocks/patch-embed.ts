import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  checkOptions,
  inCall,
  type Pair,
  pairOf,
  ShapeError,
  sizeOf,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { Conv2d } from "../layers/conv2d.ts";
import { assertChannels, assertPictures } from "../layers/arguments.ts";
import { through } from "../layers/through.ts";
import type { BlockOptions } from "./conv-norm.ts";

export interface PatchEmbedOptions extends BlockOptions {
  /** Whether to add one. Default true. */
  readonly bias?: boolean;
}

/**
 * A picture cut into patches, each of which becomes a vector by one linear map (Dosovitskiy et al. 2021, eq. 1): what a vision
 * transformer reads. timm's PatchEmbed; the map is a convolution `proj` with stride and kernel of a patch's size.
 */
export class PatchEmbed extends Module {
  static override readonly name: string = "PatchEmbed";
  readonly proj: Conv2d;
  private readonly options: PatchEmbedOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(patchSize: Pair, inChannels: number, embedDim: number, options: PatchEmbedOptions = {}) {
    super();
    const patch = pairOf("PatchEmbed", "patchSize", patchSize, 1);
    assertChannels("PatchEmbed", "inChannels", inChannels);
    assertChannels("PatchEmbed", "embedDim", embedDim);
    checkOptions("PatchEmbed", options, { bias: truthValue, generator: assertGenerator });
    inCall("PatchEmbed", () => sizeOf([embedDim, inChannels, ...patch]));
    this.options = options;
    this.proj = new Conv2d(inChannels, embedDim, patch, { ...options, stride: patch });
  }

  /**
   * @param x (batch, inChannels, height, width)
   * @returns (batch, patches, embedDim), row by row
   * @throws ShapeError if patches do not fill the picture
   */
  override forward(x: Tensor): Tensor {
    assertPictures("PatchEmbed", x, this.proj.inChannels);
    assertPatches("PatchEmbed", x, this.proj.kernelSize);
    return inCall("PatchEmbed", () => through(x, this.proj, patchesOf));
  }

  override config(): readonly Argument[] {
    return [this.proj.kernelSize, this.proj.inChannels, this.proj.outChannels, ...givenOptions(this.options)];
  }
}

/** (batch, features, rows, columns) as (batch, rows · columns, features). */
export function patchesOf(maps: Tensor): Tensor {
  return maps.flatten(2).transpose(1, 2);
}

/** @throws ShapeError unless patches fill the picture */
function assertPatches(layer: string, x: Tensor, [rows, columns]: readonly [number, number]): void {
  const [, , height = 0, width = 0] = x.shape;
  if (height % rows === 0 && width % columns === 0) return;
  throw new ShapeError(
    layer,
    { x: x.shape, patch: [rows, columns] },
    "the patch's height and width must divide the picture's",
    "resize, crop or pad the pictures first",
  );
}
