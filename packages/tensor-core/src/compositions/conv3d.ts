import { ShapeError, ValueError } from "../errors/index.ts";
import { conv2d } from "../ops/convolution/conv2d.ts";
import { type ConvolutionOptions, workedOut } from "../ops/convolution/options.ts";
import { unbatched } from "../ops/convolution/unbatched.ts";
import { assertFilters, assertImages, assertMaps, isCount, sizesOf, windowCount } from "../ops/convolution/windows.ts";
import { indexAdd } from "../ops/gather/index-select.ts";
import { fromArray } from "../create/create.ts";
import { permute, reshape, sliceSpans } from "../ops/view/view.ts";
import { checkOptions } from "../arguments/options.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import type { Convolved } from "../types/spatial.ts";
import { convTranspose2d, TRANSPOSED_OPTIONS, type TransposedConvolutionOptions } from "./convolve.ts";
import { pad } from "./pad.ts";
import { stack } from "./stack.ts";

/**
 * y[n, o, h, i, j] = bias[o] + Σ weight[o, c, t, u, v] · x[n, c, h·stride + t·dilation − front, i·stride + u·dilation − top, …]
 * over the channels c of o's group and the kernel's elements: cross-correlation of volumes, as PyTorch's conv3d.
 *
 * It is one `conv2d` over all slices, in which the slices that a window sees stand beside each other as channels; what
 * `conv2d` says of tiles and `exact` holds here.
 *
 * @param x (batch, channels, depth, height, width), or (channels, depth, height, width): then the result has no batch axis either
 * @param weight (filters, channels / groups, depth, rows, columns) @param bias (filters)
 * @returns (batch, filters, depth, rows, columns), each ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1
 * @throws ShapeError if channels differ or the kernel does not fit, ValueError on options, DTypeError unless all are f32
 */
export function conv3d<X extends Shape, W extends Shape>(
  x: Tensor<X>,
  weight: Tensor<W>,
  bias?: Tensor,
  options?: ConvolutionOptions<3>,
): Tensor<Convolved<X, W, 3>>;
export function conv3d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions<3> = {}): Tensor {
  assertTensor("conv3d", "x", x);
  assertTensor("conv3d", "weight", weight);
  if (bias !== undefined) assertTensor("conv3d", "bias", bias);
  if (x.rank === 4) return unbatched("conv3d", x, conv3d, weight, bias, options);
  const { stride, padding, dilation, groups, exact } = workedOut("conv3d", weight.shape, options, 3);
  assertImages("conv3d", x.shape, 3);
  assertFilters("conv3d", weight.shape, 3);
  const [batch = 0, channels = 0, , height = 0, width = 0] = x.shape;
  const [filters = 0, seen = 0, kernelDepth = 0, kernelRows = 0, kernelColumns = 0] = weight.shape;
  if (channels !== seen * groups || filters % groups !== 0) {
    throw new ShapeError(
      "conv3d",
      { x: x.shape, weight: weight.shape, groups },
      `x must have groups · ${seen} = ${groups * seen} channels, and groups divide the filters`,
    );
  }
  const [depth = 0] = ([0, 1, 2] as const).map((axis) =>
    windowCount("conv3d", x.shape, axis, {
      kernel: weight.shape[axis + 2] ?? 1,
      stride: stride[axis],
      padding: [padding[axis], padding[axis + 3] ?? 0],
      dilation: dilation[axis],
    }),
  );
  const [front, top, left, back, bottom, right] = padding;
  return composed("conv3d", () => {
    const deep =
      front + back === 0
        ? x
        : pad(x, [
            [front, back],
            [0, 0],
            [0, 0],
          ]);
    const slices = permute(deep, [0, 2, 1, 3, 4] as Shape); // (batch, depth, channels, height, width)
    // What each window sees at each depth of its kernel, beside each other: (batch, windows, channels, kernel depth, height, width).
    const windows = Array.from({ length: kernelDepth }, (_, t) => {
      const start = t * dilation[0];
      return sliceSpans(slices, [{ axis: 1, start, stop: start + (depth - 1) * stride[0] + 1, step: stride[0] }]);
    });
    const y = conv2d(
      reshape(stack(windows, 3), [batch * depth, channels * kernelDepth, height, width] as Shape),
      reshape(weight, [filters, seen * kernelDepth, kernelRows, kernelColumns] as Shape),
      bias,
      {
        stride: [stride[1], stride[2]],
        padding: [top, left, bottom, right],
        dilation: [dilation[1], dilation[2]],
        groups,
        exact,
      },
    );
    const [, , rows = 0, columns = 0] = y.shape;
    return permute(reshape(y, [batch, depth, filters, rows, columns] as Shape), [0, 2, 1, 3, 4] as Shape);
  });
}

/**
 * Transposed convolution of volumes: what `conv3d`'s gradient does to its output, forwards; it makes volumes larger. As
 * PyTorch's conv_transpose3d.
 *
 * @param x (batch, channels, depth, rows, columns), or (channels, depth, rows, columns): then the result has no batch axis either
 * @param weight (channels, filters / groups, kernel depth, kernel rows, kernel columns) @param bias (filters)
 * @returns (batch, filters, …), each (size − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1
 * @throws ShapeError if channels differ or less than nothing would be left, ValueError on options, DTypeError unless all are f32
 */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions<3> = {},
): Tensor {
  assertTensor("convTranspose3d", "x", x);
  assertTensor("convTranspose3d", "weight", weight);
  if (bias !== undefined) assertTensor("convTranspose3d", "bias", bias);
  if (x.rank === 4) return unbatched("convTranspose3d", x, convTranspose3d, weight, bias, options);
  assertMaps("convTranspose3d", x.shape, 3);
  assertFilters("convTranspose3d", weight.shape, 3, "channels filters");
  checkOptions("convTranspose3d", options, TRANSPOSED_OPTIONS);
  const { groups = 1, exact = false, stride: distance = 1, padding: cut = 0 } = options;
  const { dilation: spacing = 1, outputPadding = 0 } = options;
  if (!isCount(groups, 1))
    throw new ValueError("convTranspose3d", { groups }, "groups must be a whole number from 1 up");
  const stride = sizesOf("convTranspose3d", "stride", distance, 1, 3);
  const padding = sizesOf("convTranspose3d", "padding", cut, 0, 3);
  const dilation = sizesOf("convTranspose3d", "dilation", spacing, 1, 3);
  const more = sizesOf("convTranspose3d", "outputPadding", outputPadding, 0, 3);
  const [batch = 0, channels = 0, depth = 0, height = 0, width = 0] = x.shape;
  const [taken, seen = 0, kernelDepth = 0, kernelRows = 0, kernelColumns = 0] = weight.shape;
  if (more[0] >= Math.max(stride[0], dilation[0])) {
    throw new ValueError(
      "convTranspose3d",
      { outputPadding: more, stride, dilation },
      "outputPadding must be less than the stride or than the dilation",
    );
  }
  if (taken !== channels || channels % groups !== 0) {
    throw new ShapeError(
      "convTranspose3d",
      { x: x.shape, weight: weight.shape, groups },
      "x must have as many channels as the weight takes, and groups divide them",
    );
  }
  const reach = Math.max(0, (depth - 1) * stride[0]) + dilation[0] * (kernelDepth - 1) + 1 + more[0];
  const grown = reach - 2 * padding[0];
  if (grown < 0) {
    throw new ShapeError(
      "convTranspose3d",
      { x: x.shape, weight: weight.shape, padding },
      `less than nothing would be left: a depth of ${grown}`,
      "use less padding",
    );
  }
  const filters = seen * groups;
  return composed("convTranspose3d", () => {
    const slices = reshape(permute(x, [0, 2, 1, 3, 4] as Shape), [batch * depth, channels, height, width] as Shape);
    const flatWeight = reshape(weight, [channels, seen * kernelDepth, kernelRows, kernelColumns] as Shape);
    const spread = convTranspose2d(slices, flatWeight, undefined, {
      stride: [stride[1], stride[2]],
      padding: [padding[1], padding[2]],
      dilation: [dilation[1], dilation[2]],
      outputPadding: [more[1], more[2]],
      groups,
      exact,
    });
    const [, , rows = 0, columns = 0] = spread.shape;
    const apart = reshape(spread, [batch, depth, filters, kernelDepth, rows, columns] as Shape);
    const ordered = permute(apart, [0, 2, 1, 3, 4, 5] as Shape); // (batch, filters, depth, kernel depth, rows, columns)
    // Where each slice of each window comes to lie; several come to lie on one, and are added up.
    const place = (_: unknown, at: number): number =>
      Math.floor(at / kernelDepth) * stride[0] + (at % kernelDepth) * dilation[0];
    const places = fromArray(Int32Array.from({ length: depth * kernelDepth }, place));
    const flat = reshape(ordered, [batch, filters, depth * kernelDepth, rows, columns] as Shape);
    const whole = indexAdd(flat, 2, places, reach);
    const start = padding[0];
    const y = start === 0 ? whole : sliceSpans(whole, [{ axis: 2, start, stop: start + grown, step: 1 }]);
    return bias === undefined ? y : y.add<Shape, Shape>(reshape(bias, [1, -1, 1, 1, 1] as Shape));
  });
}
