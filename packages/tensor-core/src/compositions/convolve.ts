import { ShapeError, ValueError } from "../errors/index.ts";
import { add } from "../ops/elementwise/arithmetic.ts";
import { conv2d, conv2dInputGradient, type ConvolutionOptions } from "../ops/convolution/convolution.ts";
import { flip, reshape } from "../ops/view/view.ts";
import { type Pair, pairOf } from "../ops/convolution/windows.ts";
import { axes } from "../shape/axes.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * y[i, j] = Σ kernel[u, v] · x[i·stride + u·dilation − top, j·stride + v·dilation − left]: the kernel laid on the image as it
 * is, which deep learning calls convolution.
 *
 * @param x (height, width) @param kernel (rows, columns) @returns (rows, columns); with options as `conv2d`
 * @throws ShapeError unless both have two axes and the kernel fits, ValueError on options
 */
export function correlate2d(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  return scope(() => overPlane("correlate2d", x, kernel, options));
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
  return scope(() => overPlane("convolve2d", x, flip(kernel), options));
}

function overPlane(op: string, x: Tensor, kernel: Tensor, options: ConvolutionOptions): Tensor {
  const [height, width] = axes(op, x.shape, "height width");
  const [rows, columns] = axes(op, kernel.shape, "rows columns");
  const plane = reshape(x, [1, 1, height, width]);
  const y = conv2d(plane, reshape(kernel, [1, 1, rows, columns]), undefined, options);
  return reshape(y, [y.shape[2], y.shape[3]]);
}

export interface TransposedConvolutionOptions {
  /** Of the convolution that this turns round. Default 1. */
  readonly stride?: Pair;
  /** Of the convolution that this turns round: what it takes off each side here. Default 0. */
  readonly padding?: Pair;
  /** Rows and columns more on one side, where a stride leaves the size open; less than the stride. Default 0. */
  readonly outputPadding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
  /** Default 1. */
  readonly groups?: number;
}

/**
 * Transposed convolution: what a convolution's gradient does to its output, forwards; it makes images larger. As PyTorch's
 * conv_transpose2d.
 *
 * @param x (batch, channels, rows, columns) @param weight (channels, filters / groups, kernel rows, kernel columns)
 * @param bias (filters)
 * @returns (batch, filters, height, width), height = (rows − 1) · stride − 2 · padding + dilation · (kernel rows − 1) + outputPadding + 1
 * @throws ShapeError if channels differ or nothing would be left, ValueError on options, DTypeError unless all are f32
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor {
  const op = "convTranspose2d";
  const [batch, , rows, columns] = axes(op, x.shape, "batch channels rows columns");
  const [, filters, height, width] = axes(op, weight.shape, "channels filters rows columns");
  const { groups = 1 } = options;
  const stride = pairOf(op, "stride", options.stride ?? 1, 1);
  const padding = pairOf(op, "padding", options.padding ?? 0, 0);
  const dilation = pairOf(op, "dilation", options.dilation ?? 1, 1);
  const more = pairOf(op, "outputPadding", options.outputPadding ?? 0, 0);
  if (more[0] >= stride[0] || more[1] >= stride[1]) {
    throw new ValueError(op, { outputPadding: more, stride }, "outputPadding must be less than the stride");
  }
  const grown = (axis: 0 | 1, size: number, kernel: number): number =>
    (size - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel - 1) + more[axis] + 1;
  const shape = [batch, filters * groups, grown(0, rows, height), grown(1, columns, width)] as const;
  if (shape[2] < 1 || shape[3] < 1) {
    throw new ShapeError(
      op,
      { x: x.shape, weight: weight.shape, padding },
      `nothing would be left: [${shape.join(", ")}]`,
      "use less padding",
    );
  }
  return scope(() => {
    const y: Tensor = conv2dInputGradient(x, weight, shape, { stride, padding, dilation, groups });
    return bias === undefined ? y : add(y, reshape(bias, [1, -1, 1, 1]));
  });
}
