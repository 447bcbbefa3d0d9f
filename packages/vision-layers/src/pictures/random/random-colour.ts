import {
  assertGenerator,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aRange, aShare, type Range } from "../arguments/checks.ts";
import { adjustBrightness, adjustContrast, adjustSaturation, assertColours, rgbToGrayscale } from "../colour/adjust.ts";
import { type BlurSize, gaussianBlur, oddSizes } from "../colour/blur.ts";
import { adjustHue } from "../colour/hue.ts";
import { assertImages } from "../picture/tensors.ts";
import { eachPicture, happens, order, uniform } from "./draws.ts";
import type { ChanceOptions } from "./random-frame.ts";

/** Options of `colorJitter`: a number `a` stands for [1 − a, 1 + a], for the hue [−a, a]. */
export interface ColorJitterOptions {
  readonly brightness?: number | Range;
  readonly contrast?: number | Range;
  readonly saturation?: number | Range;
  /** Within [−0.5, 0.5]. */
  readonly hue?: number | Range;
}

function factorRange(middle: number, least: number, most: number): (op: string, name: string, value: unknown) => void {
  const check = aRange(least, most);
  return (op, name, value) => {
    if (typeof value !== "number") check(op, name, value);
    else if (!(value >= 0 && middle + value <= most))
      throw wrongArgument(op, name, value, "a number from 0 up, or a range");
  };
}

const JITTER: OptionChecks<ColorJitterOptions> = {
  brightness: /* @__PURE__ */ factorRange(1, 0, Infinity),
  contrast: /* @__PURE__ */ factorRange(1, 0, Infinity),
  saturation: /* @__PURE__ */ factorRange(1, 0, Infinity),
  hue: /* @__PURE__ */ factorRange(0, -0.5, 0.5),
};

const ADJUST = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
} as const;
const NAMES = ["brightness", "contrast", "saturation", "hue"] as const;

/**
 * Each picture with another brightness, contrast, saturation and hue, in an order that is drawn too. torchvision's `ColorJitter`.
 * @param x f32 (…, 1 or 3 channels, height, width), 0 … 1 @throws ShapeError, ValueError
 * @example colorJitter(x, generator, { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })
 */
export function colorJitter(x: Tensor, generator: Generator, options: ColorJitterOptions): Tensor {
  const op = "colorJitter";
  assertColours(op, x);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, JITTER);
  return inCall(op, () =>
    eachPicture(x, (picture) => {
      const places = order(generator, NAMES.length);
      const factors = NAMES.map((name) => factorOf(generator, options[name], name === "hue" ? 0 : 1));
      return places.reduce((jittered, place) => {
        const [name, factor] = [NAMES[place], factors[place]];
        return name === undefined || factor === undefined ? jittered : ADJUST[name](jittered, factor);
      }, picture);
    }),
  );
}

function factorOf(generator: Generator, given: number | Range | undefined, middle: number): number | undefined {
  if (given === undefined) return undefined;
  const low = middle === 0 ? -Infinity : 0;
  const [from, to] = typeof given === "number" ? [Math.max(low, middle - given), middle + given] : given;
  return uniform(generator, from, to);
}

/** Each picture gray, or left as it is. torchvision's `RandomGrayscale`, whose `p` is 0.1. @param x f32 (…, 1 or 3 channels, height, width) */
export function randomGrayscale(x: Tensor, generator: Generator, options: ChanceOptions = {}): Tensor {
  const op = "randomGrayscale";
  assertColours(op, x);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, { p: aShare });
  const channels = x.shape.at(-3) === 3 ? 3 : 1;
  return inCall(op, () =>
    eachPicture(x, (each) => (happens(generator, options.p ?? 0.1) ? rgbToGrayscale(each, channels) : each.clone())),
  );
}

/** Options of `randomGaussianBlur`. */
export interface RandomBlurOptions {
  /** Between which σ is drawn, in pixels. Default [0.1, 2]. */
  readonly sigma?: Range;
}

/**
 * Each picture under a Gaussian of another width. torchvision's `GaussianBlur`.
 * @param x f32 (…, channels, height, width) @param kernelSize odd @throws ShapeError, ValueError
 */
export function randomGaussianBlur(
  x: Tensor,
  kernelSize: BlurSize,
  generator: Generator,
  options: RandomBlurOptions = {},
): Tensor {
  const op = "randomGaussianBlur";
  assertImages(op, "x", x);
  oddSizes(op, kernelSize);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, { sigma: aRange(1e-3, Infinity) });
  const { sigma = [0.1, 2] } = options;
  return inCall(op, () => eachPicture(x, (each) => gaussianBlur(each, kernelSize, uniform(generator, ...sigma))));
}
