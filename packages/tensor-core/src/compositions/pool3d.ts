import { apply } from "../dispatch/dispatch.ts";
import { unbatched } from "../ops/convolution/unbatched.ts";
import { avgAttributesOf, avgPoolOps } from "../ops/pooling/average.ts";
import { maxPoolOps } from "../ops/pooling/maximum.ts";
import {
  adaptiveWindows,
  type AvgPoolOptions,
  type MaxPoolOptions,
  maxWindows,
  pooledShape,
  type Windows,
} from "../ops/pooling/windows.ts";
import { reshape } from "../ops/view/view.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import type { PerAxis, Pooled } from "../types/spatial.ts";

// A window of three axes is one over rows and columns and then one along the depth: largest values of largest values, means
// of means. The first of equals in each is the first of all of them in the order of the axes.

/**
 * The largest value in each window of volumes. NaN if any is. The gradient goes to the first of equal maxima, as in PyTorch.
 *
 * @param x (batch, channels, depth, height, width), or (channels, depth, height, width): then the result has no batch axis either
 * @returns (batch, channels, depth, rows, columns), each ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1, with
 * `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the volume is empty, ValueError on options, DTypeError unless x is f32
 */
export function maxPool3d<X extends Shape>(x: Tensor<X>, options: MaxPoolOptions<3>): Tensor<Pooled<X, 3>>;
export function maxPool3d(x: Tensor, options: MaxPoolOptions<3>): Tensor {
  assertTensor("maxPool3d", "x", x);
  if (x.rank === 4) return unbatched("maxPool3d", x, maxPool3d, options);
  return pooled("maxPool3d", x, maxWindows("maxPool3d", 3, options, x.shape), largest);
}

/**
 * The mean of each window of volumes.
 *
 * @param x (batch, channels, depth, height, width), or (channels, depth, height, width): then the result has no batch axis either
 * @returns (batch, channels, depth, rows, columns), each ⌊(size + before + after − kernel) / stride⌋ + 1, with `ceilMode` rounded up
 * @throws ShapeError if a window does not fit or the volume is empty, ValueError on options, DTypeError unless x is f32
 */
export function avgPool3d<X extends Shape>(x: Tensor<X>, options: AvgPoolOptions<3>): Tensor<Pooled<X, 3>>;
export function avgPool3d(x: Tensor, options: AvgPoolOptions<3>): Tensor {
  assertTensor("avgPool3d", "x", x);
  if (x.rank === 4) return unbatched("avgPool3d", x, avgPool3d, options);
  const { windows, divisor } = avgAttributesOf("avgPool3d", 3, options, x.shape);
  // A divisor of one's own divides once: the sums over rows and columns stay sums.
  return pooled("avgPool3d", x, windows, mean(divisor > 0 ? 1 : divisor), mean(divisor));
}

/**
 * The largest values of as many windows as give a volume of `outputSize`; windows as for `adaptiveMaxPool2d`.
 *
 * @param x (batch, channels, depth, height, width) @returns (batch, channels, …outputSize); both without the batch axis as well
 * @throws ShapeError if the volume is empty, ValueError on sizes, DTypeError unless x is f32
 */
export function adaptiveMaxPool3d<X extends Shape>(x: Tensor<X>, outputSize: PerAxis<3>): Tensor<Pooled<X, 3>>;
export function adaptiveMaxPool3d(x: Tensor, outputSize: PerAxis<3>): Tensor {
  assertTensor("adaptiveMaxPool3d", "x", x);
  if (x.rank === 4) return unbatched("adaptiveMaxPool3d", x, adaptiveMaxPool3d, outputSize);
  return pooled("adaptiveMaxPool3d", x, adaptiveWindows("adaptiveMaxPool3d", 3, outputSize), largest);
}

/** The means of as many windows as give a volume of `outputSize`; otherwise as `adaptiveMaxPool3d`. */
export function adaptiveAvgPool3d<X extends Shape>(x: Tensor<X>, outputSize: PerAxis<3>): Tensor<Pooled<X, 3>>;
export function adaptiveAvgPool3d(x: Tensor, outputSize: PerAxis<3>): Tensor {
  assertTensor("adaptiveAvgPool3d", "x", x);
  if (x.rank === 4) return unbatched("adaptiveAvgPool3d", x, adaptiveAvgPool3d, outputSize);
  return pooled("adaptiveAvgPool3d", x, adaptiveWindows("adaptiveAvgPool3d", 3, outputSize), mean(0));
}

type Pool = (x: Tensor, windows: Windows) => Tensor;

const largest: Pool = (x, windows) => apply(maxPoolOps.maxPool2d, { x }, { windows }).y as Tensor;

function mean(divisor: number): Pool {
  return (x, windows) => apply(avgPoolOps.avgPool2d, { x }, { windows, divisor }) as Tensor;
}

/** Rows and columns of all slices first, and then the depth, where a slice is one long row. */
function pooled(op: string, x: Tensor, windows: Windows<3>, pool: Pool, depthwise = pool): Tensor {
  const shape = pooledShape(op, 3, x.shape, windows);
  const [batch = 0, channels = 0, depth = 0, height = 0, width = 0] = x.shape;
  const [, , , rows = 0, columns = 0] = shape;
  const [over, along] = apart(windows, rows * columns);
  return composed(op, () => {
    const slices = pool(reshape(x, [batch, channels * depth, height, width] as Shape), over);
    return reshape(depthwise(reshape(slices, [batch, channels, depth, rows * columns] as Shape), along), shape);
  });
}

/** The windows over rows and columns, and those along the depth of a plane of so many pixels. */
function apart(windows: Windows<3>, pixels: number): [over: Windows, along: Windows] {
  if (windows.kind === "adaptive") {
    const [depth, rows, columns] = windows.output;
    return [
      { kind: "adaptive", output: [rows, columns] },
      { kind: "adaptive", output: [depth, pixels] },
    ];
  }
  const { kind, kernel, stride, padding, dilation, ceilMode } = windows;
  const [front, top, left, back, bottom, right] = padding;
  return [
    {
      kind,
      kernel: [kernel[1], kernel[2]],
      stride: [stride[1], stride[2]],
      padding: [top, left, bottom, right],
      dilation: [dilation[1], dilation[2]],
      ceilMode,
    },
    {
      kind,
      kernel: [kernel[0], 1],
      stride: [stride[0], 1],
      padding: [front, 0, back, 0],
      dilation: [dilation[0], 1],
      ceilMode,
    },
  ];
}
