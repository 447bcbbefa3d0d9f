import { checkedLater, checkOptions, inCall, type OptionChecks, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { assertPositive, kernelOf, type KernelSize, sampled, sizeFor, total } from "./sampled-kernel.ts";

const SIZE: OptionChecks<KernelSize> = { size: checkedLater };

/**
 * The mean of size × size pixels: 1 / size² everywhere.
 *
 * @param size rows and columns @returns (size, size), summing to 1
 * @throws ValueError unless size is a whole number from 1 to 4096
 */
export function boxKernel(size: number): Tensor<[number, number]> {
  return inCall("boxKernel", () =>
    kernelOf(
      size,
      sampled("boxKernel", size, () => 1 / size ** 2),
    ),
  );
}

/**
 * A weighted mean that fades with the distance: exp(−(x² + y²) / 2σ²), divided by its sum. The only one that makes no new
 * edges as σ grows (Koenderink 1984, "The structure of images").
 *
 * @param sigma σ, in pixels @returns (size, size), summing to 1; size is 4σ on each side of the middle, unless said
 * @throws ValueError unless sigma is above 0, and size a whole number from 1 to 4096
 */
export function gaussianKernel(sigma: number, options: KernelSize = {}): Tensor<[number, number]> {
  assertPositive("gaussianKernel", "sigma", sigma);
  checkOptions("gaussianKernel", options, SIZE);
  const { size = sizeFor(sigma) } = options;
  return inCall("gaussianKernel", () => kernelOf(size, gaussian("gaussianKernel", sigma, size)));
}

/**
 * The Laplacian of a smoothed picture in one kernel: ∇²G = (x² + y² − 2σ²) / σ⁴ · G, whose result changes its sign at an edge
 * (Marr & Hildreth 1980, "Theory of edge detection"). Negative in the middle, as `edgeKernels.laplacian`.
 *
 * @param sigma σ, in pixels @returns (size, size), summing to 0, so that an even picture gives nothing
 * @throws ValueError unless sigma is above 0, and size a whole number from 1 to 4096
 */
export function laplacianOfGaussian(sigma: number, options: KernelSize = {}): Tensor<[number, number]> {
  const op = "laplacianOfGaussian";
  assertPositive(op, "sigma", sigma);
  checkOptions(op, options, SIZE);
  const { size = sizeFor(sigma) } = options;
  return inCall(op, () => {
    const smooth = gaussian(op, sigma, size);
    const curvature = sampled(op, size, (x, y) => (x ** 2 + y ** 2 - 2 * sigma ** 2) / sigma ** 4);
    return kernelOf(size, balanced(smooth.map((weight, at) => weight * (curvature[at] ?? 0))));
  });
}

/**
 * A narrow Gaussian less a wide one: what changes over lengths between the two. At 1.6 times the width it is nearest to the
 * Laplacian of a Gaussian, with the opposite sign (Marr & Hildreth 1980, appendix B); Lowe 2004 finds points of interest by it.
 *
 * @param lowSigma σ of the narrow one, in pixels @param highSigma of the wide one. Default 1.6 times as much
 * @returns (size, size), summing to 0
 * @throws ValueError unless lowSigma is above 0 and below highSigma, and size a whole number from 1 to 4096
 */
export function differenceOfGaussians(
  lowSigma: number,
  highSigma: number = 1.6 * lowSigma,
  options: KernelSize = {},
): Tensor<[number, number]> {
  const op = "differenceOfGaussians";
  assertPositive(op, "lowSigma", lowSigma);
  assertPositive(op, "highSigma", highSigma);
  if (highSigma <= lowSigma) throw new ValueError(op, { lowSigma, highSigma }, "highSigma must be above lowSigma");
  checkOptions(op, options, SIZE);
  const { size = sizeFor(highSigma) } = options;
  return inCall(op, () => {
    const wide = gaussian(op, highSigma, size);
    return kernelOf(size, balanced(gaussian(op, lowSigma, size).map((weight, at) => weight - (wide[at] ?? 0))));
  });
}

function gaussian(op: string, sigma: number, size: number): Float64Array {
  const weights = sampled(op, size, (x, y) => Math.exp(-(x ** 2 + y ** 2) / (2 * sigma ** 2)));
  const sum = total(weights);
  return weights.map((weight) => weight / sum);
}

/** Less its mean: what was cut off at the border would else answer to even pictures. */
function balanced(values: Float64Array): Float64Array {
  const mean = total(values) / values.length;
  return values.map((value) => value - mean);
}
