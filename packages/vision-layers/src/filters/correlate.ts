import {
  assertTensor,
  checkedLater,
  checkOptions,
  conv1d,
  conv2d,
  conv3d,
  type ConvolutionOptions,
  inCall,
  type OptionChecks,
  type Padding,
  scope,
  type Shape,
  ShapeError,
  sizesOf,
  type SpatialAxes,
  type Tensor,
} from "@unfoldjs/tensor-core";

/** Options of `correlate` and `convolve`. */
export interface CorrelateOptions extends Pick<ConvolutionOptions<SpatialAxes>, "stride" | "dilation"> {
  /**
   * As `conv1d` to `conv3d` take it: "valid" is 0 and gives whole windows only, "same" the size of `x`; "full" has each place at which
   * kernel and `x` meet at all. Default 0.
   */
  readonly padding?: ConvolutionOptions<SpatialAxes>["padding"] | "full";
}

const OPTIONS: OptionChecks<CorrelateOptions> = {
  stride: checkedLater,
  padding: checkedLater,
  dilation: checkedLater,
};

/**
 * The kernel laid on a signal, a picture or a volume as it is, y[i] = Σ kernel[u] · x[i + u], in one, two or three axes: what
 * deep learning calls convolution.
 *
 * @param x (length), (height, width) or (depth, height, width) @param kernel as many axes
 * @returns as many axes, each of (size + padding − dilation · (kernel − 1) − 1) / stride + 1 elements, rounded down
 * @throws ShapeError unless both have the same one to three axes and the kernel fits, ValueError on options
 */
export function correlate(x: Tensor, kernel: Tensor, options: CorrelateOptions = {}): Tensor {
  return laidOn("correlate", x, kernel, options, false);
}

/**
 * Convolution as mathematics defines it, y[i] = Σ kernel[u] · x[i − u], in one, two or three axes: the kernel is flipped along each
 * axis and then laid on `x`. With `padding: "full"` it commutes, x ∗ k = k ∗ x, and associates, (x ∗ a) ∗ b = x ∗ (a ∗ b), neither of
 * which correlation does.
 *
 * @param x (length), (height, width) or (depth, height, width) @param kernel as many axes
 * @returns as `correlate`
 * @throws ShapeError unless both have the same one to three axes and the kernel fits, ValueError on options
 */
export function convolve(x: Tensor, kernel: Tensor, options: CorrelateOptions = {}): Tensor {
  return laidOn("convolve", x, kernel, options, true);
}

function laidOn(op: string, x: Tensor, kernel: Tensor, options: CorrelateOptions, isFlipped: boolean): Tensor {
  assertTensor(op, "x", x);
  assertTensor(op, "kernel", kernel);
  checkOptions(op, options, OPTIONS);
  if (x.rank < 1 || x.rank > 3 || kernel.rank !== x.rank) {
    throw new ShapeError(
      op,
      { x: x.shape, kernel: kernel.shape },
      "x and kernel must both have one axis, two or three",
      kernel.rank < x.rank ? "lay the kernel on each plane by itself, or use conv1d, conv2d, conv3d" : undefined,
    );
  }
  return inCall(op, () =>
    scope(() => {
      const weight = (isFlipped ? kernel.flip() : kernel).reshape([1, 1, ...kernel.shape]);
      const y = over(op, x.reshape([1, 1, ...x.shape]), weight, options);
      return y.reshape(y.shape.slice(2));
    }),
  );
}

function over(op: string, x: Tensor<Shape>, weight: Tensor<Shape>, options: CorrelateOptions): Tensor {
  // The number of axes is known only here; conv1d to conv3d look whether sizes are as many.
  if (x.rank === 3) return conv1d(x, weight, undefined, inNumbers<1>(op, 1, weight, options));
  if (x.rank === 4) return conv2d(x, weight, undefined, inNumbers<2>(op, 2, weight, options));
  return conv3d(x, weight, undefined, inNumbers<3>(op, 3, weight, options));
}

function inNumbers<N extends SpatialAxes>(
  op: string,
  axes: N,
  weight: Tensor<Shape>,
  options: CorrelateOptions,
): ConvolutionOptions<N> {
  if (options.padding !== "full") return options as ConvolutionOptions<N>;
  const dilation = sizesOf<N>(
    op,
    "dilation",
    (options.dilation ?? 1) as ConvolutionOptions<N>["dilation"] & {},
    1,
    axes,
  );
  const around = weight.shape.slice(2).map((size, axis) => (size - 1) * (dilation[axis] ?? 1));
  const padding = [...around, ...around] as readonly number[] as Padding<N>;
  return { ...options, padding } as ConvolutionOptions<N>;
}
