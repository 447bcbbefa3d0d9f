import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  inCall,
  interpolate,
  type InterpolateOptions,
  oneOf,
  type OptionChecks,
  pixelShuffle,
  pixelUnshuffle,
  type Tensor,
  truthValue,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

export type UpsampleOptions = InterpolateOptions;

const OPTIONS: OptionChecks<UpsampleOptions> = {
  size: (op, name, value) => assertEach(op, name, value, (size) => Number.isInteger(size)),
  scaleFactor: (op, name, value) => assertEach(op, name, value, Number.isFinite),
  mode: /* @__PURE__ */ oneOf("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
  alignCorners: truthValue,
  antialias: truthValue,
};

/** One or one for each axis; how many axes there are says the input. */
function assertEach(op: string, name: string, value: unknown, isOne: (value: unknown) => boolean): void {
  const each: readonly unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : [value];
  const fits = each.length > 0 && each.every((one) => isOne(one) && (one as number) > 0);
  if (!fits)
    throw wrongArgument(op, name, value, `a ${name === "size" ? "whole " : ""}number above 0, or one for each axis`);
}

/** Signals, pictures or volumes of another size by `interpolate`: PyTorch's Upsample, and with its defaults. */
export class Upsample extends Module {
  static override readonly name: string = "Upsample";
  readonly options: UpsampleOptions;

  /** @throws ValueError unless either `size` or `scaleFactor` is given */
  constructor(options: UpsampleOptions) {
    super();
    checkOptions("Upsample", options, OPTIONS);
    const { size, scaleFactor } = options;
    if ((size === undefined) === (scaleFactor === undefined)) {
      throw new ValueError("Upsample", { size, scaleFactor }, "give either size or scaleFactor");
    }
    this.options = options;
  }

  /** @param x (batch, channels, …) @returns the same with other axes after those @throws ShapeError if the mode is for others */
  override forward(x: Tensor): Tensor {
    return inCall("Upsample", () => interpolate(x, this.options));
  }

  override config(): readonly Argument[] {
    return givenOptions<{ readonly [Name in keyof UpsampleOptions]: Exclude<UpsampleOptions[Name], undefined> }>(
      this.options,
    );
  }
}

/** Channels laid out as pixels (Shi et al. 2016): PyTorch's PixelShuffle. */
export class PixelShuffle extends Module {
  static override readonly name: string = "PixelShuffle";
  readonly upscaleFactor: number;

  /** @throws ValueError unless the factor is a whole number from 1 up */
  constructor(upscaleFactor: number) {
    super();
    assertWhole("PixelShuffle", "upscaleFactor", upscaleFactor, 1);
    this.upscaleFactor = upscaleFactor;
  }

  /** @param x (…, channels · factor², height, width) @returns (…, channels, height · factor, width · factor) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }

  override config(): readonly Argument[] {
    return [this.upscaleFactor];
  }
}

/** Pixels laid out as channels, what undoes `PixelShuffle`: PyTorch's PixelUnshuffle. */
export class PixelUnshuffle extends Module {
  static override readonly name: string = "PixelUnshuffle";
  readonly downscaleFactor: number;

  /** @throws ValueError unless the factor is a whole number from 1 up */
  constructor(downscaleFactor: number) {
    super();
    assertWhole("PixelUnshuffle", "downscaleFactor", downscaleFactor, 1);
    this.downscaleFactor = downscaleFactor;
  }

  /** @param x (…, channels, height · factor, width · factor) @returns (…, channels · factor², height, width) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  override config(): readonly Argument[] {
    return [this.downscaleFactor];
  }
}
