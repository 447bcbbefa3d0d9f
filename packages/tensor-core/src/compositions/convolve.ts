import { ShapeError, ValueError } from "../errors/index.ts";
import { add } from "../ops/elementwise/arithmetic.ts";
import { conv1dInputGradient } from "../ops/convolution/conv1d.ts";
import { conv2d, conv2dInputGradient } from "../ops/convolution/conv2d.ts";
import type { ConvolutionOptions } from "../ops/convolution/options.ts";
import { assertFilters, assertMaps, isCount, sizesOf } from "../ops/convolution/windows.ts";
import { unbatched } from "../ops/convolution/unbatched.ts";
import { type Margins, pad } from "./pad.ts";
import { flip, reshape } from "../ops/view/view.ts";
import { axes } from "../shape/axes.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import type { Padding, PerAxis, SpatialAxes } from "../types/spatial.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { type Check, checkOptions, checkedLater, truthValue } from "../arguments/options.ts";

/**
 * y[i, j] = Σ kernel[u, v] · x[i·stride + u·dilation − top, j·stride + v·dilation − left]: the kernel laid on the image as it
 * is, which deep learning calls convolution.
 *
 * @param x (height, width) @param kernel (rows, columns) @returns (rows, columns); with options as `conv2d`
 * @throws ShapeError unless both have two axes and the kernel fits, ValueError on options
 */
export function correlate2d(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  assertTensor("correlate2d", "x", x);
  assertTensor("correlate2d", "kernel", kernel);
  return composed("correlate2d", () => overPlane("correlate2d", x, kernel, options));
}

/**
 * y[i, j] = Σ kernel[u, v] · x[i − u, j − v], counted from the kernel's last row and column: convolution as mathematics
 * defines it. The kernel is flipped left to right and upside down before it is laid on the image, so that
 * (x ∗ a) ∗ b = x ∗ (a ∗ b), which correlation does not grant.
 *
 * @param x (height, width) @param kernel (rows, columns) @returns (rows, columns); with options as `conv2d`
 * @throws ShapeError unless both have two axes and the kernel fits, ValueError on options
 */
export function convolve2d(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  assertTensor("convolve2d", "x", x);
  assertTensor("convolve2d", "kernel", kernel);
  return composed("convolve2d", () => overPlane("convolve2d", x, flip(kernel), options));
}

function overPlane(op: string, x: Tensor, kernel: Tensor, options: ConvolutionOptions): Tensor {
  const [height, width] = axes(op, x.shape, "height width");
  const [rows, columns] = axes(op, kernel.shape, "rows columns");
  const plane = reshape(x, [1, 1, height, width]);
  const y = conv2d(plane, reshape(kernel, [1, 1, rows, columns]), undefined, options);
  return reshape(y, [y.shape[2], y.shape[3]]);
}

/** Options of a transposed convolution over `N` axes. */
export interface TransposedConvolutionOptions<N extends SpatialAxes = 2> {
  /** Of the convolution that this turns round. Default 1. */
  readonly stride?: PerAxis<N>;
  /** Of the convolution that this turns round: what it takes off each side here. Default 0. */
  readonly padding?: PerAxis<N>;
  /**
   * Elements more at the end of each axis, where a stride leaves the size open; less than the stride or than the dilation.
   * Default 0.
   */
  readonly outputPadding?: PerAxis<N>;
  /** Default 1. */
  readonly dilation?: PerAxis<N>;
  /** Default 1. */
  readonly groups?: number;
  /** As for `conv2d`: no tiles, in values and gradients. Default false. */
  readonly exact?: boolean;
}

/**
 * Transposed convolution: what a convolution's gradient does to its output, forwards; it makes images larger. As PyTorch's
 * conv_transpose2d.
 *
 * @param x (batch, channels, rows, columns), or (channels, rows, columns): then the result has no batch axis either
 * @param weight (channels, filters / groups, kernel rows, kernel columns) @param bias (filters)
 * @returns (batch, filters, height, width), height = (rows − 1) · stride − 2 · padding + dilation · (kernel rows − 1) + outputPadding + 1
 * @throws ShapeError if channels differ or less than nothing would be left, ValueError on options, DTypeError unless all are f32
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor {
  if (x?.rank === 3) return unbatched("convTranspose2d", x, convTranspose2d, weight, bias, options);
  return transposed("convTranspose2d", 2, conv2dInputGradient, x, weight, bias, options);
}

/**
 * Transposed convolution along one axis: it makes signals longer. As PyTorch's conv_transpose1d.
 *
 * @param x (batch, channels, outputs), or (channels, outputs): then the result has no batch axis either
 * @param weight (channels, filters / groups, kernel length) @param bias (filters)
 * @returns (batch, filters, (outputs − 1) · stride − 2 · padding + dilation · (kernel length − 1) + outputPadding + 1)
 * @throws ShapeError if channels differ or less than nothing would be left, ValueError on options, DTypeError unless all are f32
 */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions<1> = {},
): Tensor {
  if (x?.rank === 2) return unbatched("convTranspose1d", x, convTranspose1d, weight, bias, options);
  return transposed("convTranspose1d", 1, conv1dInputGradient, x, weight, bias, options);
}

/** Their values are looked at where they are worked out. */
export const TRANSPOSED_OPTIONS: Readonly<Record<keyof TransposedConvolutionOptions<1>, Check>> = {
  stride: checkedLater,
  padding: checkedLater,
  outputPadding: checkedLater,
  dilation: checkedLater,
  groups: checkedLater,
  exact: truthValue,
};

/** A convolution's gradient by its input. */
type InputGradient<N extends SpatialAxes> = (
  dy: Tensor,
  weight: Tensor,
  inputShape: Shape,
  options: ConvolutionOptions<N>,
) => Tensor;

function transposed<N extends SpatialAxes>(
  op: string,
  spatial: N,
  inputGradient: InputGradient<N>,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: TransposedConvolutionOptions<N>,
): Tensor {
  assertTensor(op, "x", x);
  assertTensor(op, "weight", weight);
  if (bias !== undefined) assertTensor(op, "bias", bias);
  assertMaps(op, x.shape, spatial);
  assertFilters(op, weight.shape, spatial, "channels filters");
  checkOptions<TransposedConvolutionOptions<N>>(op, options, TRANSPOSED_OPTIONS);
  const { groups = 1, stride: distance = 1, padding: cut = 0, dilation: spread = 1, outputPadding = 0 } = options;
  const { exact = false } = options;
  if (!isCount(groups, 1)) throw new ValueError(op, { groups }, "groups must be a whole number from 1 up");
  const stride = sizesOf<N>(op, "stride", distance, 1, spatial);
  const padding = sizesOf<N>(op, "padding", cut, 0, spatial);
  const dilation = sizesOf<N>(op, "dilation", spread, 1, spatial);
  const more = sizesOf<N>(op, "outputPadding", outputPadding, 0, spatial);
  if (more.some((extra, axis) => extra >= Math.max(stride[axis] ?? 1, dilation[axis] ?? 1))) {
    throw new ValueError(
      op,
      { outputPadding: more, stride, dilation },
      "outputPadding must be less than the stride or than the dilation",
    );
  }
  const [batch = 0, , ...maps] = x.shape;
  const [, filters = 0, ...kernel] = weight.shape;
  const grown = maps.map(
    (size, axis) =>
      (size - 1) * (stride[axis] ?? 1) -
      2 * (padding[axis] ?? 0) +
      (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) +
      (more[axis] ?? 0) +
      1,
  );
  const shape = [batch, filters * groups, ...grown];
  if (grown.some((size) => size < 0)) {
    throw new ShapeError(
      op,
      { x: x.shape, weight: weight.shape, padding },
      `less than nothing would be left: [${shape.join(", ")}]`,
      "use less padding",
    );
  }
  // What outputPadding adds first gives back what the padding cut off at the end, then it is what a stride leaves over; whatever
  // it adds beyond that no element reaches.
  const after = padding.map((size, axis) => Math.max(0, size - (more[axis] ?? 0)));
  const behind = padding.map((size, axis) => Math.max(0, (more[axis] ?? 0) - size - (stride[axis] ?? 1) + 1));
  const around = padding.concat(after) as readonly number[] as Padding<N>;
  const reached = shape.map((size, axis) => (axis < 2 ? size : size - (behind[axis - 2] ?? 0)));
  return composed(op, () => {
    const alone = inputGradient(x, weight, reached, { stride, padding: around, dilation, groups, exact });
    const y = behind.some((count) => count > 0)
      ? pad(
          alone,
          behind.map((count): Margins => [0, count]),
        )
      : alone;
    return bias === undefined ? y : add(y, reshape(bias, [1, -1, ...grown.map(() => 1)]));
  });
}
