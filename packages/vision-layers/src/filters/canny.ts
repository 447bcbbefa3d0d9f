import {
  assertTensor,
  checkOptions,
  DTypeError,
  fromArray,
  fromZero,
  type OptionChecks,
  ShapeError,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";
import { gradientOf, smoothed } from "./plane.ts";
import { connected, thinned } from "./thin-edges.ts";

/** Options of `canny`. */
export interface CannyOptions {
  /** Of the Gaussian that takes off noise first, in pixels; 0 takes off none. Default 1. */
  readonly sigma?: number;
  /** Gradient from which a pixel carries a line on, in the units of `imageGradient` by Sobel. Default 0.1. */
  readonly lowThreshold?: number;
  /** Gradient that a line must reach somewhere. Default 0.2. */
  readonly highThreshold?: number;
  /** Whether thresholds are shares of the pixels, from 0 to 1, that have a smaller gradient. Default false. */
  readonly useQuantiles?: boolean;
}

const OPTIONS: OptionChecks<CannyOptions> = {
  sigma: fromZero,
  lowThreshold: fromZero,
  highThreshold: fromZero,
  useQuantiles: truthValue,
};

/**
 * Edges as lines of one pixel's width (Canny 1986, "A computational approach to edge detection"): the picture is smoothed, pixels
 * stay whose gradient is the largest across the edge, and of those the lines that are strong somewhere. The pixels that
 * scikit-image's `canny` gives, with its defaults; computed in doubles. It has no gradient of its own.
 *
 * @param image (height, width); the default thresholds are for brightness from 0 to 1
 * @returns (height, width), true on edges; the border of one pixel has none
 * @throws ShapeError unless the image has two axes, DTypeError unless it is f32, ValueError on options, and if lowThreshold is above
 * highThreshold
 */
export function canny(image: Tensor, options: CannyOptions = {}): Tensor<[number, number], "bool"> {
  assertTensor("canny", "image", image);
  if (image.rank !== 2) {
    const fix = "take the mean of the colours, as in image.mean(0)";
    throw new ShapeError("canny", { image: image.shape }, "an image is (height, width)", fix);
  }
  if (image.dtype !== "f32") throw new DTypeError("canny", { image: image.dtype }, "takes f32", 'image.to("f32")');
  checkOptions("canny", options, OPTIONS);
  const { sigma = 1, lowThreshold = 0.1, highThreshold = 0.2, useQuantiles = false } = options;
  if (lowThreshold > highThreshold) {
    const rule = "lowThreshold must not be above highThreshold";
    throw new ValueError("canny", { lowThreshold, highThreshold }, rule);
  }
  if (useQuantiles && highThreshold > 1) {
    const rule = "thresholds that are shares are at most 1";
    throw new ValueError("canny", { lowThreshold, highThreshold, useQuantiles }, rule);
  }
  const [height = 0, width = 0] = image.shape;
  const gradient = gradientOf(smoothed({ values: Float64Array.from(image.data()), height, width }, sigma));
  const of = useQuantiles ? quantiles(gradient.magnitude) : (threshold: number): number => threshold;
  const edges = connected(thinned(gradient, of(lowThreshold)), of(highThreshold), width);
  return fromArray(edges, [height, width], "bool");
}

/** The value below which a share of some values lies, interpolated between two of them. */
function quantiles(values: Float64Array): (share: number) => number {
  const sorted = values.toSorted();
  return (share) => {
    const place = ((100 * share) / 100) * (sorted.length - 1); // a percentage, as it is handed on there
    const [below = 0, above = below] = sorted.subarray(Math.floor(place), Math.floor(place) + 2);
    // From the nearer of the two, as NumPy's percentile: between two equal ones no rounding makes a third.
    const part = place - Math.floor(place);
    return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part);
  };
}
