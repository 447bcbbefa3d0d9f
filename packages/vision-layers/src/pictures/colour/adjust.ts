import { assertWhole, inCall, scope, type Shape, ShapeError, tensor, type Tensor, where } from "@unfoldjs/tensor-core";
import { assertWithin } from "../arguments/checks.ts";
import { assertImages } from "../picture/tensors.ts";

/** @throws ShapeError unless they are pictures of 1 or 3 channels */
export function assertColours(op: string, x: Tensor): void {
  assertImages(op, "x", x);
  const channels = x.shape.at(-3);
  if (channels === 1 || channels === 3) return;
  throw new ShapeError(op, { x: x.shape }, "pictures must have 1 (gray) or 3 channels (RGB)");
}

/** The parts of `op`: what they refuse is told in its name, what they make on the way goes. */
export function within(op: string, f: () => Tensor): Tensor {
  return inCall(op, () => scope(f));
}

/** Red, green and blue, each (…, 1, height, width). */
function channelsOf(x: Tensor): readonly [Tensor, Tensor, Tensor] {
  const channel = (at: number): Tensor => x.slice(-3, at, at + 1);
  return [channel(0), channel(1), channel(2)];
}

/** 0.2989 R + 0.587 G + 0.114 B, as torchvision weighs tensors. */
function luminance(x: Tensor): Tensor {
  if (x.shape.at(-3) === 1) return x;
  const [red, green, blue] = channelsOf(x);
  return red.mul(0.2989).add<Shape, Shape>(green.mul(0.587)).add<Shape, Shape>(blue.mul(0.114));
}

/** Gray pictures. @param channels of the result, of which three are alike @throws ShapeError, ValueError */
export function rgbToGrayscale(x: Tensor, channels: 1 | 3 = 1): Tensor {
  const op = "rgbToGrayscale";
  assertColours(op, x);
  assertWithin(op, "channels", channels, 1, 3);
  return within(op, () => {
    const shape = [...x.shape.slice(0, -3), channels === 3 ? 3 : 1, ...x.shape.slice(-2)];
    return luminance(x).expand(shape).clone();
  });
}

/** x · ratio + other · (1 − ratio), cut off at 0 and 1. */
function blend(x: Tensor, other: Tensor, ratio: number): Tensor {
  return x
    .mul(ratio)
    .add<Shape, Shape>(other.mul(1 - ratio))
    .clamp(0, 1);
}

/**
 * Brighter (above 1) or darker pictures, as torchvision's `adjust_brightness`: x · factor, cut off at 1.
 * @param x f32 (…, 1 or 3 channels, height, width), 0 … 1 @throws ShapeError, ValueError on a factor below 0
 */
export function adjustBrightness(x: Tensor, factor: number): Tensor {
  assertColours("adjustBrightness", x);
  assertWithin("adjustBrightness", "factor", factor, 0, Infinity);
  return within("adjustBrightness", () => x.mul(factor).clamp(0, 1));
}

/** More or less contrast, as torchvision's `adjust_contrast`: 0 is the mean of the gray picture everywhere, 1 the picture itself. */
export function adjustContrast(x: Tensor, factor: number): Tensor {
  assertColours("adjustContrast", x);
  assertWithin("adjustContrast", "factor", factor, 0, Infinity);
  return within("adjustContrast", () => blend(x, luminance(x).mean([-3, -2, -1], true), factor));
}

/** More or less colour, as torchvision's `adjust_saturation`: 0 is gray, 1 the picture itself. */
export function adjustSaturation(x: Tensor, factor: number): Tensor {
  assertColours("adjustSaturation", x);
  assertWithin("adjustSaturation", "factor", factor, 0, Infinity);
  return within("adjustSaturation", () => (x.shape.at(-3) === 1 ? x.clone() : blend(x, luminance(x), factor)));
}

/** Negatives: 1 − x. */
export function invert(x: Tensor): Tensor {
  assertImages("invert", "x", x);
  return within("invert", () => x.neg().add(1));
}

/** What is from `threshold` up as its negative, as torchvision's `solarize`. @throws ValueError unless it is in [0, 1] */
export function solarize(x: Tensor, threshold: number): Tensor {
  assertImages("solarize", "x", x);
  assertWithin("solarize", "threshold", threshold, 0, 1);
  return within("solarize", () => where(x.greaterEqual(tensor(threshold)), x.neg().add(1), x));
}

/** 2^bits levels, as torchvision's `posterize` of floats. @throws ValueError unless it is a whole number from 0 to 8 */
export function posterize(x: Tensor, bits: number): Tensor {
  assertImages("posterize", "x", x);
  assertWhole("posterize", "bits", bits);
  assertWithin("posterize", "bits", bits, 0, 8);
  const levels = 2 ** bits;
  return within("posterize", () =>
    x
      .mul(levels)
      .floor()
      .clamp(0, levels - 1)
      .mul(1 / levels),
  );
}

/** Each channel of each picture spread to 0 … 1, as torchvision's `autocontrast`; one of a single value stays. */
export function autocontrast(x: Tensor): Tensor {
  assertColours("autocontrast", x);
  return within("autocontrast", () => {
    const [least, most] = [x.min([-2, -1], true), x.max([-2, -1], true)];
    const isFlat = most.equal<Shape, Shape>(least);
    const low = where<"f32", Shape, Shape, Shape>(isFlat, tensor(0), least);
    const range = where<"f32", Shape, Shape, Shape>(isFlat, tensor(1), most.sub<Shape, Shape>(least));
    return x.sub<Shape, Shape>(low).div<Shape, Shape>(range).clamp(0, 1);
  });
}
