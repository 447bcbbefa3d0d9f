import { conv2d, pad, type Shape, tensor, type Tensor, ValueError, wrongArgument } from "@unfoldjs/tensor-core";
import { assertWithin, isNumbers } from "../arguments/checks.ts";
import { assertImages } from "../picture/tensors.ts";
import { assertColours, within } from "./adjust.ts";

/** An odd number of pixels for both axes, or for each: across first, as torchvision has it. */
export type BlurSize = number | readonly [width: number, height: number];

/**
 * Pictures under a Gaussian of `kernelSize` pixels, the border mirrored, as torchvision's `gaussian_blur`.
 * @param x f32 (…, channels, height, width) @param sigma in pixels, for both axes or [across, down]; default 0.15 · size + 0.35
 * @throws ValueError unless sizes are odd, not larger than mirroring allows, and sigma is above 0
 */
export function gaussianBlur(x: Tensor, kernelSize: BlurSize, sigma?: number | readonly [number, number]): Tensor {
  const op = "gaussianBlur";
  assertImages(op, "x", x);
  const sizes = oddSizes(op, kernelSize);
  const [height = 0, width = 0] = x.shape.slice(-2);
  if (sizes[0] >= 2 * width || sizes[1] >= 2 * height) {
    throw new ValueError(
      op,
      { x: x.shape, kernelSize: sizes },
      "the border is mirrored: half a kernel must be less than the picture",
    );
  }
  const sigmas = sigma === undefined ? sizes.map((size) => size * 0.15 + 0.35) : pairOfSigmas(op, sigma);
  return within(op, () => {
    const planes: Tensor = x.reshape([-1, 1, height, width]);
    const [across = 1, down = 1] = sizes.map((size) => size >> 1);
    const framed = pad(
      planes,
      [
        [down, down],
        [across, across],
      ],
      { mode: "reflect" },
    );
    const rows: Tensor = conv2d(framed, gaussian(sizes[0], sigmas[0] ?? 1).reshape([1, 1, 1, sizes[0]]));
    const whole: Tensor = conv2d(rows, gaussian(sizes[1], sigmas[1] ?? 1).reshape([1, 1, sizes[1], 1]));
    return whole.reshape(x.shape);
  });
}

/** exp(−x² / 2σ²), divided by its sum. */
function gaussian(size: number, sigma: number): Tensor {
  const middle = (size - 1) / 2;
  return tensor(Array.from({ length: size }, (_, i) => -((i - middle) ** 2) / (2 * sigma * sigma))).softmax();
}

/** @throws ValueError unless they are odd */
export function oddSizes(op: string, kernelSize: unknown): readonly [width: number, height: number] {
  const [width, height]: readonly unknown[] = Array.isArray(kernelSize)
    ? Array.from(kernelSize as unknown[])
    : [kernelSize, kernelSize];
  const isOdd = (size: unknown): size is number => Number.isSafeInteger(size) && (size as number) % 2 === 1;
  const isPair = !Array.isArray(kernelSize) || kernelSize.length === 2;
  if (isPair && isOdd(width) && isOdd(height) && width <= 2 ** 12 && height <= 2 ** 12 && width > 0 && height > 0)
    return [width, height];
  throw wrongArgument(op, "kernelSize", kernelSize, "an odd number of pixels, or [width, height] of such");
}

function pairOfSigmas(op: string, sigma: unknown): readonly number[] {
  const pair = typeof sigma === "number" ? [sigma, sigma] : sigma;
  if (isNumbers(pair) && pair.length === 2 && pair.every((each) => each > 0)) return pair;
  throw wrongArgument(op, "sigma", sigma, "a number above 0, or [across, down] of such");
}

/**
 * Sharper (above 1) or smoother pictures, as torchvision's `adjust_sharpness`: 0 is smoothed, 1 the picture itself. Pixels of the border
 * stay.
 * @param x f32 (…, 1 or 3 channels, height, width), 0 … 1 @throws ValueError on a factor below 0
 */
export function adjustSharpness(x: Tensor, factor: number): Tensor {
  const op = "adjustSharpness";
  assertColours(op, x);
  assertWithin(op, "factor", factor, 0, Infinity);
  const [height = 0, width = 0] = x.shape.slice(-2);
  if (height <= 2 || width <= 2) return x.clone();
  return within(op, () => {
    const planes: Tensor = x.reshape([-1, 1, height, width]);
    const [a, b] = [1 / 13, 5 / 13];
    const smooth: Tensor = conv2d(planes, tensor([a, a, a, a, b, a, a, a, a]).reshape([1, 1, 3, 3]));
    const inner: Tensor = planes.slice(2, 1, height - 1).slice(3, 1, width - 1);
    const change: Tensor = pad(smooth.sub<Shape, Shape>(inner).mul(1 - factor), [
      [1, 1],
      [1, 1],
    ]);
    return planes.add<Shape, Shape>(change).clamp(0, 1).reshape(x.shape);
  });
}
